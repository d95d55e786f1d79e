// Everything together: one selection, one language, one set of hidden classes, shown in all places at once.
function select(selected, move) {
  state.selected = selected;
  showSelection(move);
  drawDetails();
  markRow();
}

function refresh() {
  sayWords();
  drawLegend(refresh);
  drawTable();
  drawDetails();
  paint();
  markRow();
}

function speak(lang) {
  state.lang = lang;
  refresh();
}

network.on("click", ({ nodes: [node], edges: [edge] }) => {
  if (node !== undefined) select({ type: "node", number: node }, false);
  else if (edge !== undefined) select({ type: "edge", number: edge }, false);
  else if (state.selected) select(null, false);
});
for (const event of ["hoverNode", "hoverEdge"]) network.on(event, () => $("graph").classList.add("pointing"));
for (const event of ["blurNode", "blurEdge"]) network.on(event, () => $("graph").classList.remove("pointing"));

for (const button of $("languages").children) button.addEventListener("click", () => speak(button.value));
$("close").addEventListener("click", () => select(null, false));
$("zoom-in").addEventListener("click", () => zoom(1.35));
$("zoom-out").addEventListener("click", () => zoom(1 / 1.35));
$("fit").addEventListener("click", () => fit(true));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && state.selected && !event.target.closest(".search")) select(null, false);
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  network.setOptions(options());
  paint();
});

listenToTable();
listenToSearch();
refresh();
fit(false);

// For pages that embed this one, and for tests: what is drawn, and a way to select.
window.kgView = Object.freeze({ data, network, select, speak, state });
