// The card of what is selected: an entity with its figures and facts, or a fact or figure with the sentences that state it.
const badge = (text, name = "") => (text ? element("span", { class: `badge ${name}` }, text) : null);
const statusBadge = (status) => badge(term("status", status), status ? `status-${status.replace(/\W/g, "")}` : "");

function beliefBadge(belief) {
  if (belief === null || belief === undefined) return null;
  const share = new Intl.NumberFormat(state.lang, { style: "percent" }).format(belief);
  return element("span", { class: "badge belief" }, `${word("belief")} ${share} `, element("meter", { min: 0, max: 1, value: belief }));
}

function badges(thing) {
  const sources = thing.sources ? badge(`${word("sources")}: ${count(thing.sources)}`) : null;
  return element("p", { class: "badges" }, statusBadge(thing.status), beliefBadge(thing.belief), sources);
}

function link(number) {
  return element(
    "button",
    { type: "button", class: "link", onclick: () => select({ type: "node", number }, true) },
    swatch(kindOf.get(entities[number].kind)),
    element("bdi", {}, nameOf(number)),
  );
}

// The quote with its cue words underlined.
function quoted(evidence) {
  const mark = element("mark");
  const cues = [...evidence.cues].filter(Boolean).sort((a, b) => b.length - a.length);
  const escaped = cues.map((cue) => cue.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const pieces = cues.length ? evidence.quote.split(new RegExp(`(${escaped.join("|")})`, "iu")) : [evidence.quote];
  pieces.forEach((piece, place) => mark.append(place % 2 ? element("span", { class: "cue" }, piece) : piece));
  return mark;
}

function evidenceCard(evidence, status) {
  const facts = [
    [word("source"), [evidence.document, evidence.source].filter(Boolean).join(" · ")],
    ["", evidence.page ? word("page", { n: evidence.page }) : ""],
    ["", word("offsets", { n: count(evidence.start), m: count(evidence.end) })],
    [word("rule"), evidence.rule],
    [word("cues"), evidence.cues.join(", ")],
    [word("status"), evidence.status && evidence.status !== status ? term("status", evidence.status) : ""],
  ];
  const list = element("dl", {});
  for (const [name, value] of facts) {
    if (value) list.append(element("div", {}, name ? element("dt", {}, name) : null, element("dd", { dir: "auto" }, value)));
  }
  const text = element("blockquote", { dir: "auto" }, evidence.before, quoted(evidence), evidence.after);
  return element("article", { class: "evidence" }, text, list);
}

function evidenceList(thing) {
  const more = thing.more ? element("p", { class: "hint" }, word("more_evidence", { n: count(thing.more) })) : null;
  return element("div", {}, ...thing.evidence.map((evidence) => evidenceCard(evidence, thing.status)), more);
}

function factCard(number) {
  const fact = facts[number];
  const head = element("h2", { class: "triple" }, link(fact.from), element("span", { class: "predicate" }, term("predicate", fact.predicate)), link(fact.to));
  return [head, badges(fact), evidenceList(fact)];
}

function figureCard(number) {
  const figure = figures[number];
  const name = element("span", { class: "predicate" }, term("indicator", figure.indicator));
  const value = element("strong", { class: "value" }, [figureValue(figure), periodOf(figure)].filter(Boolean).join(" · "));
  return [element("h2", { class: "triple" }, link(figure.of), name, value), badges(figure), evidenceList(figure)];
}

function nodeCard(number) {
  const entity = entities[number];
  const kind = element("p", { class: "kind" }, swatch(kindOf.get(entity.kind)), classOf(entity), entity.generic ? badge(word("generic")) : null);
  const others = [...new Set([...Object.values(entity.labels), ...entity.aliases])].filter((name) => name && name !== nameOf(number));
  const parts = [kind, element("h2", { dir: "auto" }, nameOf(number))];
  if (others.length) parts.push(element("p", { class: "aliases", dir: "auto" }, `${word("aliases")}: ${others.join(" · ")}`));
  if (figuresOf[number].length) parts.push(element("h3", {}, word("figures")), element("ul", { class: "figures" }, ...figuresOf[number].map(figureItem)));
  const own = touching[number];
  if (own.length) parts.push(element("h3", {}, word("facts")), element("ul", { class: "own" }, ...own.map((fact) => factItem(fact, number))));
  return parts;
}

function figureItem(number) {
  const figure = figures[number];
  const open = () => select({ type: "figure", number }, false);
  const value = element("strong", {}, [figureValue(figure), periodOf(figure)].filter(Boolean).join(" · "));
  return element("li", {}, element("button", { type: "button", onclick: open }, element("span", {}, term("indicator", figure.indicator)), value, statusBadge(figure.status)));
}

function factItem(number, centre) {
  const fact = facts[number];
  const leaving = fact.from === centre;
  const predicate = element("span", { class: "predicate" }, term("predicate", fact.predicate));
  const other = element("bdi", {}, nameOf(leaving ? fact.to : fact.from));
  const open = () => select({ type: "edge", number }, true);
  const parts = leaving ? [predicate, " → ", other] : [other, " → ", predicate];
  return element("li", {}, element("button", { type: "button", onclick: open }, ...parts));
}

function drawDetails() {
  const selected = state.selected;
  const cards = { edge: factCard, figure: figureCard, node: nodeCard };
  $("close").hidden = !selected;
  $("details").classList.toggle("open", Boolean(selected));
  const hint = () => [element("p", { class: "hint", "data-word": "hint" }, word("hint"))];
  $("card").replaceChildren(...(selected ? cards[selected.type](selected.number) : hint()));
  $("details").scrollTop = 0;
}
