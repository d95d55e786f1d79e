// The drawing: vis-network with positions that came with the data; colours follow the reader's light or dark.
const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const FAINT = 0.22;

// A colour between two, both as #rrggbb (vis-network dims no other notation).
function mixed(first, second, share) {
  const channels = (hex) => [1, 3, 5].map((place) => parseInt(hex.slice(place, place + 2), 16));
  const [a, b] = [channels(first), channels(second)];
  const hex = (value) => Math.round(value).toString(16).padStart(2, "0");
  return `#${a.map((value, i) => hex(value * share + b[i] * (1 - share))).join("")}`;
}

const nodes = new vis.DataSet(data.network.nodes);
const edges = new vis.DataSet(data.network.edges);

function options() {
  const [ink, ground, line, accent] = ["--ink", "--ground", "--line", "--accent"].map(style);
  return {
    physics: false,
    autoResize: true,
    layout: { improvedLayout: false, randomSeed: 1 },
    interaction: {
      hover: true,
      selectConnectedEdges: false,
      keyboard: { enabled: true, bindToWindow: false },
      tooltipDelay: 200,
      hideEdgesOnDrag: facts.length > 2500,
      zoomSpeed: 0.6,
    },
    nodes: {
      borderWidth: 1.5,
      borderWidthSelected: 4,
      font: { face: style("--face"), color: ink },
      scaling: { label: { drawThreshold: 1e6 } }, // names.js draws the labels
    },
    edges: {
      color: { color: line, hover: accent, highlight: accent },
      hoverWidth: 0.6,
      selectionWidth: 1.6,
      arrows: { to: { scaleFactor: 0.55 } },
      font: { face: style("--face"), size: 12, color: style("--soft"), strokeWidth: 4, strokeColor: ground, align: "middle" },
      scaling: { label: { drawThreshold: 8.5, maxVisible: 15 } },
    },
  };
}

const network = new vis.Network($("graph"), { nodes, edges }, options());

// What lies next to the selection stays bright; null when all does.
function bright() {
  const selected = state.selected;
  if (!selected) return null;
  if (selected.type === "edge") {
    const fact = facts[selected.number];
    return { nodes: new Set([fact.from, fact.to]), edges: new Set([selected.number]) };
  }
  const centre = selected.type === "node" ? selected.number : figures[selected.number].of;
  const around = touching[centre];
  return { nodes: new Set([centre, ...around.flatMap((number) => [facts[number].from, facts[number].to])]), edges: new Set(around) };
}

function paint() {
  const near = bright();
  const [ink, ground] = [style("--ink"), style("--ground")];
  nodes.update(
    data.network.nodes.map((node) => {
      const far = near && !near.nodes.has(node.id);
      const kind = kindOf.get(entities[node.id].kind);
      const fill = kind ? kind.color : node.color;
      const border = mixed(fill, ink, 0.62);
      return {
        id: node.id,
        label: broken(nameOf(node.id)),
        title: tooltip(`${nameOf(node.id)} · ${classOf(entities[node.id])}`),
        hidden: !isShown(node.id),
        opacity: far ? FAINT : 1,
        color: { background: fill, border, highlight: { background: fill, border: ink }, hover: { background: fill, border: ink } },
      };
    }),
  );
  edges.update(
    facts.map((fact, number) => {
      const far = near && !near.edges.has(number);
      return {
        id: number,
        label: far ? " " : lineName(fact, number),
        title: tooltip(`${nameOf(fact.from)} → ${lineName(fact, number)} → ${nameOf(fact.to)}`),
        hidden: !isFactShown(fact),
        // vis-network sets the label of a level line that it is to turn at the origin of the drawing
        font: { align: data.network.nodes[fact.from].y === data.network.nodes[fact.to].y ? "horizontal" : "middle" },
        color: { color: mixed(data.network.edges[number].color, ground, 0.7), opacity: far ? FAINT : 1 },
      };
    }),
  );
}

// A dashed line says in words that it does not stand for something achieved.
function lineName(fact, number) {
  const doubt = data.network.edges[number].dashes ? term("status", fact.status) : "";
  return term("predicate", fact.predicate) + (doubt && ` (${doubt})`);
}

// vis-network gets an element, so that no label is ever read as HTML.
const tooltip = (text) => element("div", { dir: "auto" }, text);

const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const animation = () => (still() ? false : { duration: 350, easingFunction: "easeInOutQuad" });

function showSelection(move) {
  const selected = state.selected;
  paint();
  if (!selected) {
    network.unselectAll();
  } else if (selected.type === "edge") {
    network.setSelection({ nodes: [], edges: [selected.number] }, { highlightEdges: false });
  } else {
    const centre = selected.type === "node" ? selected.number : figures[selected.number].of;
    network.setSelection({ nodes: [centre], edges: [] }, { highlightEdges: false });
  }
  const near = bright();
  if (move && near) network.fit({ nodes: [...near.nodes], maxZoomLevel: 1.3, animation: animation() });
}

const zoom = (factor) => network.moveTo({ scale: network.getScale() * factor, animation: animation() });
const fit = (moving) => network.fit({ maxZoomLevel: 1.4, animation: moving ? animation() : false });
