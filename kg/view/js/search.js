// Search: every label and alias, in every language, without regard to case and accents.
const MATCHES = 12;
const folded = (text) =>
  text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLocaleLowerCase("und")
    .replace(/ß/g, "ss")
    .trim();
const namesOf = entities.map((entity) => [...new Set([...Object.values(entity.labels), ...entity.aliases])]);
const foldedNames = namesOf.map((names) => names.map(folded));
const search = { found: [], place: -1 };

function find(text) {
  const wanted = folded(text);
  if (!wanted) return [];
  const found = [];
  foldedNames.forEach((names, number) => {
    const ranks = names.map((name) => (name === wanted ? 0 : name.startsWith(wanted) ? 1 : name.includes(wanted) ? 2 : 3));
    const best = Math.min(3, ...ranks);
    if (best < 3) found.push({ number, best, name: namesOf[number][ranks.indexOf(best)] });
  });
  found.sort((a, b) => a.best - b.best || touching[b.number].length - touching[a.number].length || a.number - b.number);
  return found.slice(0, MATCHES);
}

function drawMatches() {
  const text = $("search").value;
  const items = search.found.map(({ number, name }, place) => {
    const also = name === nameOf(number) ? null : element("span", { class: "alias" }, name);
    const choose = () => chooseMatch(place);
    return element(
      "li",
      { role: "option", id: `match-${place}`, "aria-selected": String(place === search.place), onclick: choose },
      swatch(kindOf.get(entities[number].kind)),
      element("bdi", {}, nameOf(number)),
      also,
    );
  });
  const none = element("li", { class: "none", role: "option", "aria-disabled": "true" }, word("no_match"));
  $("matches").replaceChildren(...(items.length ? items : [none]));
  $("matches").hidden = !text.trim();
  $("search").setAttribute("aria-expanded", String(!$("matches").hidden));
  if (search.place >= 0) $("search").setAttribute("aria-activedescendant", `match-${search.place}`);
  else $("search").removeAttribute("aria-activedescendant");
}

function chooseMatch(place) {
  const match = search.found[place];
  if (!match) return;
  state.hidden.delete(entities[match.number].kind);
  closeMatches();
  refresh();
  select({ type: "node", number: match.number }, true);
}

function closeMatches() {
  $("matches").hidden = true;
  $("search").setAttribute("aria-expanded", "false");
  $("search").removeAttribute("aria-activedescendant");
}

function listenToSearch() {
  $("search").addEventListener("input", () => {
    search.found = find($("search").value);
    search.place = search.found.length ? 0 : -1;
    drawMatches();
  });
  $("search").addEventListener("focus", drawMatches);
  $("search").addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && search.found.length) {
      event.preventDefault();
      search.place = (search.place + step + search.found.length) % search.found.length;
      drawMatches();
    } else if (event.key === "Enter") chooseMatch(search.place);
    else if (event.key === "Escape") closeMatches();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".search")) closeMatches();
  });
}
