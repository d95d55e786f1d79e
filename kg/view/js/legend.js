// The legend: a button a class, with its shape, colour and number; pressing hides or shows the class everywhere.
const SVG = "http://www.w3.org/2000/svg";
const polygon = (corners, turn, radius = 8) =>
  Array.from({ length: corners }, (_, i) => {
    const angle = turn + (2 * Math.PI * i) / corners;
    return `${(10 + radius * Math.cos(angle)).toFixed(2)},${(10 + radius * Math.sin(angle)).toFixed(2)}`;
  }).join(" ");
const star = Array.from({ length: 10 }, (_, i) => {
  const [angle, radius] = [-Math.PI / 2 + (Math.PI * i) / 5, i % 2 ? 4 : 9];
  return `${(10 + radius * Math.cos(angle)).toFixed(2)},${(10 + radius * Math.sin(angle)).toFixed(2)}`;
}).join(" ");
const OUTLINES = {
  square: "3.5,3.5 16.5,3.5 16.5,16.5 3.5,16.5",
  box: "2,5 18,5 18,15 2,15",
  diamond: polygon(4, 0),
  triangle: polygon(3, -Math.PI / 2),
  triangleDown: polygon(3, Math.PI / 2),
  hexagon: polygon(6, 0),
  star,
};

function swatch(kind) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 20 20");
  drawing.setAttribute("aria-hidden", "true");
  drawing.setAttribute("class", "swatch");
  const outline = OUTLINES[kind ? kind.shape : ""];
  const shape = document.createElementNS(SVG, outline ? "polygon" : "circle");
  const attributes = outline ? { points: outline } : { cx: 10, cy: 10, r: 7.5 };
  for (const [key, value] of Object.entries({ ...attributes, fill: kind ? kind.color : "#8a8f98" })) shape.setAttribute(key, value);
  drawing.append(shape);
  return drawing;
}

function drawLegend(changed) {
  const focused = document.activeElement && document.activeElement.dataset.kind;
  const buttons = kinds.map((kind) =>
    element(
      "button",
      {
        type: "button",
        "data-kind": kind.name,
        "aria-pressed": String(!state.hidden.has(kind.name)),
        onclick: () => {
          if (!state.hidden.delete(kind.name)) state.hidden.add(kind.name);
          changed();
        },
      },
      swatch(kind),
      element("span", {}, inLanguage(kind.labels) || kind.name),
      element("span", { class: "number" }, count(kind.count)),
    ),
  );
  if (state.hidden.size) {
    const all = () => {
      state.hidden.clear();
      changed();
    };
    buttons.push(element("button", { type: "button", class: "all", onclick: all }, word("show_all")));
  }
  $("legend").replaceChildren(...buttons);
  const again = buttons.find((button) => button.dataset.kind === focused);
  if (focused && again) again.focus();
}
