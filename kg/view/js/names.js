// The names of entities, drawn as on a map: in their own size where that can be read; from afar in the least readable
// size, the most connected first, as many as have room.
const SIZE = 11.5;
const LARGEST = 24;
const MARGIN = 3;
const byDegree = entities.map((_, number) => number).sort((a, b) => touching[b].length - touching[a].length || a - b);
const CELL = 24;
const ALWAYS = 5; // with so many facts an entity is named even where the name covers others
const measured = new Map();

// The lines of a node's label and their greatest width in SIZE; measured once a language.
function linesOf(context, number) {
  const key = `${state.lang} ${number}`;
  if (!measured.has(key)) {
    const lines = broken(nameOf(number)).split("\n");
    context.font = `${SIZE}px ${style("--face")}`;
    measured.set(key, { lines, width: Math.max(...lines.map((line) => context.measureText(line).width)) });
  }
  return measured.get(key);
}

const overlaps = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

// The rectangle of a node's label, in pixels of the screen.
function labelBox(context, number, at, scale, size) {
  const { lines, width: own } = linesOf(context, number);
  const width = (own * size) / SIZE;
  const top = at.y + data.network.nodes[number].size * scale + 2;
  return { lines, left: at.x - width / 2 - MARGIN, right: at.x + width / 2 + MARGIN, top, bottom: top + lines.length * size * 1.15 + MARGIN };
}

// Whether a node stands inside a box; the box begins below its own node.
function covers(box, cells) {
  for (let x = Math.floor(box.left / CELL); x <= box.right / CELL; x++) {
    for (let y = Math.floor(box.top / CELL); y <= box.bottom / CELL; y++) {
      const inside = (at) => at.x > box.left && at.x < box.right && at.y > box.top && at.y < box.bottom;
      if ((cells.get(`${x} ${y}`) || []).some(inside)) return true;
    }
  }
  return false;
}

function drawNames(context) {
  const scale = network.getScale();
  const places = network.getPositions();
  const near = bright();
  const { clientWidth, clientHeight } = $("graph");
  const inSight = (at) => at.x >= 0 && at.y >= 0 && at.x <= clientWidth && at.y <= clientHeight;
  const shown = byDegree
    .filter((number) => isShown(number) && (!near || near.nodes.has(number)))
    .map((number) => ({ number, at: network.canvasToDOM(places[number]) }))
    .filter(({ at }) => inSight(at));
  const cells = new Map();
  for (const { at } of shown) {
    const cell = `${Math.floor(at.x / CELL)} ${Math.floor(at.y / CELL)}`;
    cells.set(cell, [...(cells.get(cell) || []), at]);
  }
  const taken = [];
  context.save();
  for (const { number, at } of shown) {
    const own = data.network.nodes[number].font.size * scale;
    const size = Math.min(Math.max(own, SIZE), LARGEST);
    const box = labelBox(context, number, at, scale, size);
    if (own < SIZE && taken.some((other) => overlaps(box, other))) continue;
    if (own < SIZE && touching[number].length < ALWAYS && covers(box, cells)) continue;
    taken.push(box);
    drawName(context, box, places[number], scale, size);
  }
  context.restore();
}

function drawName(context, box, place, scale, size) {
  context.font = `${size / scale}px ${style("--face")}`;
  context.textAlign = "center";
  context.textBaseline = "top";
  context.lineJoin = "round";
  context.lineWidth = 3.5 / scale;
  context.strokeStyle = style("--ground");
  context.fillStyle = style("--ink");
  box.lines.forEach((line, turn) => {
    const y = network.DOMtoCanvas({ x: 0, y: box.top + turn * size * 1.15 }).y;
    context.strokeText(line, place.x, y);
    context.fillText(line, place.x, y);
  });
}

network.on("afterDrawing", drawNames);
