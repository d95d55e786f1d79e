// The table beside the graph: the same facts as rows; it follows the legend, and a row selects what it tells of.
const STEP = 250;
const table = { tab: "relations", sort: 0, down: false, shown: STEP };

const status = (thing) => term("status", thing.status);
const TABS = {
  relations: {
    type: "edge",
    things: facts,
    shown: isFactShown,
    columns: ["subject", "relation", "object", "status"],
    cells: (fact) => [nameOf(fact.from), term("predicate", fact.predicate), nameOf(fact.to), status(fact)],
    keys: (fact, column) => TABS.relations.cells(fact)[column],
  },
  figures: {
    type: "figure",
    things: figures,
    shown: (figure) => isShown(figure.of),
    columns: ["entity", "indicator", "value", "status", "period"],
    cells: (figure) => [nameOf(figure.of), term("indicator", figure.indicator), figureValue(figure), status(figure), periodOf(figure)],
    keys: (figure, column) => (column === 2 ? figure.value : TABS.figures.cells(figure)[column]),
  },
};

function sorted(tab) {
  const compare = collator().compare;
  const keys = tab.things.map((thing) => tab.keys(thing, table.sort));
  const numbers = tab.things.map((_, number) => number).filter((number) => tab.shown(tab.things[number]));
  numbers.sort((a, b) => compare(keys[a], keys[b]) || a - b);
  return table.down ? numbers.reverse() : numbers;
}

function drawHead(tab) {
  const cells = tab.columns.map((key, column) => {
    const current = table.sort === column;
    const sort = () => {
      table.down = current && !table.down;
      table.sort = column;
      drawTable();
      $("head").querySelectorAll("button")[column].focus();
    };
    const direction = table.down ? "descending" : "ascending";
    return element("th", { scope: "col", "aria-sort": current ? direction : "none" }, element("button", { type: "button", onclick: sort }, word(key)));
  });
  $("head").replaceChildren(element("tr", {}, ...cells));
}

function row(tab, number) {
  const chosen = state.selected && state.selected.type === tab.type && state.selected.number === number;
  const cells = tab.cells(tab.things[number]).map((text) => element("td", { dir: "auto" }, text));
  return element("tr", { tabindex: 0, "data-number": number, "aria-selected": String(Boolean(chosen)) }, ...cells);
}

function drawTable() {
  for (const [name, tab] of Object.entries(TABS)) {
    const button = $(`tab-${name}`);
    const here = table.tab === name;
    button.setAttribute("aria-selected", String(here));
    button.tabIndex = here ? 0 : -1;
    button.querySelector(".number").textContent = count(tab.things.filter(tab.shown).length);
  }
  const tab = TABS[table.tab];
  const numbers = sorted(tab);
  $("rows").setAttribute("aria-labelledby", `tab-${table.tab}`);
  drawHead(tab);
  $("body").replaceChildren(...numbers.slice(0, table.shown).map((number) => row(tab, number)));
  $("empty").hidden = numbers.length > 0;
  $("more").hidden = numbers.length <= table.shown;
  $("more").textContent = word("more", { n: count(Math.min(STEP, numbers.length - table.shown)) });
}

// Marks the row of the selection, opening its tab and bringing it into sight.
function markRow() {
  const selected = state.selected;
  const wanted = selected && Object.keys(TABS).find((name) => TABS[name].type === selected.type);
  if (wanted && wanted !== table.tab) openTab(wanted);
  if (wanted) {
    const place = sorted(TABS[wanted]).indexOf(selected.number);
    if (place >= table.shown) {
      table.shown = place + STEP;
      drawTable();
    }
  }
  for (const line of $("body").children) {
    const chosen = Boolean(wanted) && Number(line.dataset.number) === selected.number;
    line.setAttribute("aria-selected", String(chosen));
    if (chosen) bringIntoSight(line);
  }
}

// Scrolls the list only, never the page, which on a phone would jump away from the graph.
function bringIntoSight(line) {
  const rows = $("rows");
  const top = line.offsetTop - $("head").offsetHeight;
  if (top < rows.scrollTop || line.offsetTop + line.offsetHeight > rows.scrollTop + rows.clientHeight) rows.scrollTop = top - rows.clientHeight / 3;
}

function openTab(name) {
  Object.assign(table, { tab: name, sort: 0, down: false, shown: STEP });
  drawTable();
}

function chooseRow(event) {
  const line = event.target.closest("tr[data-number]");
  if (line) select({ type: TABS[table.tab].type, number: Number(line.dataset.number) }, true);
}

function listenToTable() {
  $("body").addEventListener("click", chooseRow);
  $("body").addEventListener("keydown", (event) => {
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    if (step && event.target[step]) event.target[step].focus();
    else if (event.key === "Enter" || event.key === " ") chooseRow(event);
    else return;
    event.preventDefault();
  });
  $("more").addEventListener("click", () => {
    table.shown += STEP;
    drawTable();
  });
  for (const name of Object.keys(TABS)) {
    const button = $(`tab-${name}`);
    button.addEventListener("click", () => openTab(name));
    button.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      const other = name === "relations" ? "figures" : "relations";
      openTab(other);
      $(`tab-${other}`).focus();
    });
  }
}
