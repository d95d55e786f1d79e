// From afar, where labels in their own size could not be read: as on a map, the most connected entities are named in
// a readable size, as many as have room.
const SIZE = 11.5;
const MARGIN = 3;
const byDegree = entities.map((_, number) => number).sort((a, b) => touching[b].length - touching[a].length || a - b);
const widths = new Map();

function widthOf(context, text) {
  if (!widths.has(text)) widths.set(text, context.measureText(text).width);
  return widths.get(text);
}

const overlaps = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

// The rectangle of a node's label, in pixels of the screen.
function labelBox(context, number, at, scale, size) {
  const lines = broken(nameOf(number)).split("\n");
  context.font = `${SIZE}px ${style("--face")}`;
  const width = (Math.max(...lines.map((line) => widthOf(context, line))) * size) / SIZE;
  const top = at.y + data.network.nodes[number].size * scale + 2;
  return { lines, left: at.x - width / 2 - MARGIN, right: at.x + width / 2 + MARGIN, top, bottom: top + lines.length * size * 1.15 + MARGIN };
}

function nameTheMain(context) {
  const scale = network.getScale();
  const places = network.getPositions();
  const near = bright();
  const { clientWidth, clientHeight } = $("graph");
  const taken = [];
  context.save();
  for (const number of byDegree) {
    if (!isShown(number) || (near && !near.nodes.has(number))) continue;
    const at = network.canvasToDOM(places[number]);
    if (at.x < 0 || at.y < 0 || at.x > clientWidth || at.y > clientHeight) continue;
    const own = data.network.nodes[number].font.size * scale;
    const drawn = own >= LEGIBLE - 0.5;
    const box = labelBox(context, number, at, scale, drawn ? own : SIZE);
    if (!drawn && taken.some((other) => overlaps(box, other))) continue;
    taken.push(box);
    if (!drawn) drawName(context, box, places[number], scale);
  }
  context.restore();
}

function drawName(context, box, place, scale) {
  context.font = `${SIZE / scale}px ${style("--face")}`;
  context.textAlign = "center";
  context.textBaseline = "top";
  context.lineJoin = "round";
  context.lineWidth = 3.5 / scale;
  context.strokeStyle = style("--ground");
  context.fillStyle = style("--ink");
  box.lines.forEach((line, turn) => {
    const y = network.DOMtoCanvas({ x: 0, y: box.top + turn * SIZE * 1.15 }).y;
    context.strokeText(line, place.x, y);
    context.fillText(line, place.x, y);
  });
}

network.on("afterDrawing", nameTheMain);
