// What the page knows: the JSON that stands in it, and small ways to look into it.
const data = JSON.parse(document.getElementById("data").textContent);
const { entities, facts, kinds, terms } = data;
const kindOf = new Map(kinds.map((kind) => [kind.name, kind]));
const numberOf = new Map(entities.map((entity, number) => [entity.id, number]));
const touching = entities.map(() => []);
facts.forEach((fact, number) => {
  fact.from = numberOf.get(fact.source);
  fact.to = numberOf.get(fact.target);
  touching[fact.from].push(number);
  if (fact.to !== fact.from) touching[fact.to].push(number);
});
const figures = entities.flatMap((entity, number) => entity.figures.map((figure) => ({ ...figure, of: number })));
const figuresOf = entities.map(() => []);
figures.forEach((figure, number) => figuresOf[figure.of].push(number));

// What is hidden, what is selected ({type: "node"|"edge"|"figure", number} or null), and in which language all is said.
const state = { hidden: new Set(), selected: null, lang: data.lang };

const $ = (id) => document.getElementById(id);

// An element with text or other elements in it; never HTML.
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "onclick") made.addEventListener("click", value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const isShown = (number) => !state.hidden.has(entities[number].kind);
const isFactShown = (fact) => isShown(fact.from) && isShown(fact.to);
