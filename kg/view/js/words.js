// Words: the page's own, and labels of entities and terms, in the language chosen or the nearest there is.
const order = () => [state.lang, "en", "", ...Object.keys(data.words)];

function inLanguage(labels) {
  if (!labels) return "";
  const code = order().find((lang) => labels[lang]);
  return code === undefined ? Object.values(labels).find(Boolean) || "" : labels[code];
}

function word(key, values = {}) {
  const text = data.words[state.lang][key];
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

const tail = (iri) => decodeURIComponentSafely(iri.replace(/^.*[/#]/, "")) || iri;
function decodeURIComponentSafely(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const term = (sort, name) => (name ? inLanguage((terms[sort] || {})[name]) || name : "");
const nameOf = (number) => inLanguage(entities[number].labels) || tail(entities[number].id);
const classOf = (entity) => term("class", entity.cls) || inLanguage((kindOf.get(entity.kind) || {}).labels) || entity.kind;

function count(value) {
  return new Intl.NumberFormat(state.lang).format(value);
}

function amount(text) {
  const value = Number(text);
  return text === "" || Number.isNaN(value) ? text : new Intl.NumberFormat(state.lang, { maximumFractionDigits: 8 }).format(value);
}

// A number with its unit. Units that every browser knows by the same name (percent, year, ...) are said as the language
// says them; a number of things, whose measure and unit are one, needs no unit.
function withUnit(number, figure) {
  if (figure.unit === figure.indicator) return number;
  if (!(Intl.supportedValuesOf?.("unit") || []).includes(figure.unit)) return [number, term("unit", figure.unit)].filter(Boolean).join(" ");
  const format = new Intl.NumberFormat(state.lang, { style: "unit", unit: figure.unit, unitDisplay: "long" });
  const parts = format.formatToParts(Number(figure.upper || figure.value));
  const first = parts.findIndex((part) => part.type === "integer" || part.type === "minusSign");
  const kept = parts.filter((part, place) => place === first || part.type === "unit" || part.type === "literal");
  return kept.map((part) => (part === parts[first] ? number : part.value)).join("");
}

// A figure in words: "about 3–5 t standard coal".
function figureValue(figure) {
  const own = data.words[state.lang];
  const range = figure.upper ? `${amount(figure.value)}–${amount(figure.upper)}` : amount(figure.value);
  const parts = [own.qualifiers[figure.qualifier] || figure.qualifier, withUnit(range, figure), term("substance", figure.substance)];
  return parts.filter(Boolean).join(" ");
}

const periodOf = (figure) => data.words[state.lang].periods[figure.period] || figure.period;

const collator = () => new Intl.Collator(state.lang, { numeric: true, sensitivity: "base" });

// Labels are broken into lines here, since vis-network breaks at spaces only; kg/view/layout.py leaves room for as much.
const COLUMNS = 22;
const LINES = 3;
const isWide = (character) => /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{20000}-\u{3fffd}]/u.test(character);
const columnsOf = (text) => [...text].reduce((sum, character) => sum + (isWide(character) ? 2 : 1), 0);

function broken(text) {
  const lines = [""];
  for (const piece of text.match(/[\s]+|[^\s\u2e80-\u9fff\uf900-\ufaff]+|./gu) || []) {
    for (const part of columnsOf(piece) > COLUMNS ? [...piece] : [piece]) {
      if (columnsOf(lines[lines.length - 1] + part.trimEnd()) > COLUMNS) lines.push("");
      lines[lines.length - 1] += lines[lines.length - 1] ? part : part.trimStart();
    }
  }
  const kept = lines.slice(0, LINES).map((line) => line.trim());
  if (lines.length > LINES) kept[LINES - 1] = `${kept[LINES - 1].slice(0, -1)}…`;
  return kept.join("\n");
}

function sayWords() {
  document.documentElement.lang = state.lang;
  for (const place of document.querySelectorAll("[data-word]")) place.textContent = word(place.dataset.word);
  for (const place of document.querySelectorAll("[data-aria]")) place.setAttribute("aria-label", word(place.dataset.aria));
  for (const place of document.querySelectorAll("[data-placeholder]")) place.placeholder = word(place.dataset.placeholder);
  for (const button of $("languages").children) button.setAttribute("aria-pressed", String(button.value === state.lang));
  $("title").textContent = document.title = inLanguage(data.title) || word("whole");
  $("summary").textContent = word("summary", { n: count(entities.length), m: count(facts.length + figures.length) });
  const left = data.left_out;
  $("cut").hidden = !(left.nodes || left.edges);
  $("cut").textContent = word("cut", { n: count(entities.length), m: count(left.nodes), k: count(left.edges) });
}
