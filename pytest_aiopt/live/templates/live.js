"use strict";
// Shows what the server sends. What a model wrote is only ever set as text; figures are the server's own SVG.
const SILENT_MS = 7000, FEED = 30, TROUBLES = 30;
const GLYPHS = { waiting: "", running: "▸", stopped: "✕", paused: "‖", finished: "✓", damaged: "!" };
const STATES = Object.keys(GLYPHS);
const NOTICES = {
  stopped: ["no process has the journal open.", "Run the same command again to resume."],
  damaged: ["the journal is damaged.", "See below."],
};
const TROUBLE = { retry: "fault, retried", lost: "lost", answer: "no reply", endpoint: "paused: endpoint", budget: "paused: budget", damaged: "damaged" };
const cells = new Map(), studies = new Map(), figures = new Map(), squares = new Map();
let mutations = [], faults = [], swatches = {}, study = null, chosen = null, heard = 0, source = null, skew = 0;

const by = (id) => document.getElementById(id);

function el(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function drawn(svg) {
  const made = document.createElement("template");
  made.innerHTML = svg;
  return made.content;
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

const factor = (value) => value.toFixed(value < 10 ? 2 : 1) + "x";
const plain = (text) => text.replaceAll("_", " ");
const nameOf = (cell) => `${cell.task}, track ${cell.track}, seed ${cell.seed}`;
const short = (cell) => `${cell.task} ${cell.track} ${cell.seed}`;
const clock = (time) => new Date(time * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

function duration(seconds) {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

function amount(count) {
  return count < 10000 ? String(count) : count < 1e6 ? `${(count / 1e3).toFixed(1)} k` : `${(count / 1e6).toFixed(2)} M`;
}

// The connection: the browser connects again by itself; a silent server counts as lost.
function connect() {
  source = new EventSource("/events");
  source.addEventListener("state", (event) => { hear(); take(JSON.parse(event.data), true); });
  source.addEventListener("change", (event) => { hear(); take(JSON.parse(event.data), false); });
  source.addEventListener("beat", hear);
  source.addEventListener("error", () => {
    lost();
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, 1000);
  });
}

function hear() {
  heard = Date.now();
  status("live", "live");
}

function lost() {
  status("lost", "connection lost, retrying");
}

function status(state, text) {
  const place = by("connection");
  if (place.dataset.state !== state) {
    place.dataset.state = state;
    place.textContent = text;
  }
}

setInterval(() => {
  if (!heard || Date.now() - heard < SILENT_MS) return;
  lost();
  source.close();
  heard = Date.now();
  connect();
}, 1000);

// State and changes come in one form; a whole state replaces what was known.
function take(news, whole) {
  if (whole) {
    skew = Date.now() / 1000 - news.now;
    for (const known of [cells, studies, figures]) known.clear();
    mutations = [];
    faults = [];
  }
  const before = whole ? new Map() : new Map((news.cells || []).map((cell) => [cell.id, cells.get(cell.id)]));
  for (const cell of news.cells || []) cells.set(cell.id, cell);
  for (const one of news.studies || []) studies.set(one.study, one);
  for (const [name, svg] of Object.entries(news.figures || {})) figures.set(name, svg);
  swatches = news.swatches || swatches;
  mutations = [...(news.mutations || []), ...mutations].slice(0, 20 * FEED);
  faults = [...(news.faults || []), ...faults].slice(0, 20 * TROUBLES);
  const selected = study;
  pick();
  const anew = whole || study !== selected || [...before].some(([id, old]) => !old && !squares.has(id));
  if (anew) drawGrid();
  for (const cell of news.cells || []) {
    drawSquare(cell);
    announce(before.get(cell.id), cell);
  }
  drawTotals();
  drawBests();
  drawFigures(anew ? [...figures.keys()] : Object.keys(news.figures || {}), anew);
  drawFeed(anew);
  drawTroubles();
  drawCell();
}

function pick() {
  const known = [...studies.values()].sort((a, b) => (b.states.running || 0) - (a.states.running || 0) || b.changed - a.changed);
  if (!studies.has(study)) study = known.length ? known[0].study : null;
  setText(by("study"), study || "No cell has begun");
  const box = by("choose"), names = [...studies.keys()];
  by("choice").hidden = names.length < 2;
  if ([...box.options].map((option) => option.value).join("\n") !== names.join("\n")) {
    box.replaceChildren(...names.map((name) => el("option", { value: name }, name)));
  }
  box.value = study;
}

by("choose").addEventListener("change", () => {
  study = by("choose").value;
  chosen = null;
  pick();
  drawGrid();
  drawTotals();
  drawBests();
  drawFigures([...figures.keys()], true);
  drawFeed(true);
  drawTroubles();
  drawCell();
});

function announce(old, cell) {
  if (!old || old.state === cell.state || cell.study !== study) return;
  const place = by("announce");
  place.append(el("span", {}, `${nameOf(cell)}: ${cell.state}. `));
  while (place.childNodes.length > 20) place.firstChild.remove();
}

const own = () => [...cells.values()].filter((cell) => cell.study === study);

// Totals
function drawTotals() {
  const one = studies.get(study);
  if (!one) return;
  const done = one.states.finished || 0, all = Object.values(one.states).reduce((a, b) => a + b, 0);
  const limits = Object.entries(one.limits);
  const left = one.left_s === null ? "" : duration(one.left_s);
  const whole = one.all_left_s === null ? "" : `about ${duration(one.all_left_s)} for all cells`;
  tile("cells", "cells finished", `${done} of ${all}`, STATES.filter((state) => one.states[state] && state !== "finished").map((state) => `${one.states[state]} ${state}`).join(", "), all ? done / all : 0);
  tile("calls", "model calls", `${one.calls} of ${one.of_calls}`, one.lost ? `${one.lost} lost` : "", one.of_calls ? one.calls / one.of_calls : 0);
  tile("spent", "spent", one.paid ? `${one.estimated ? "~" : ""}${amount(one.tokens)} tokens` : "nothing", [
    one.paid ? "" : "embedded models are free", one.money === null ? "" : `money ${one.money.toFixed(2)}`,
    ...limits.map(([kind, limit]) => `limit of ${plain(kind)} ${kind === "wall_s" ? duration(limit) : amount(limit)}`)].filter(Boolean).join(", "));
  tile("time", "time left", left || (one.states.running ? "not known yet" : "nothing runs"), [left ? "for the running cells" : "", whole || (one.ran_s ? `${duration(one.ran_s)} of running so far` : "")].filter(Boolean).join(", "));
  setNotices(one);
}

function tile(id, name, value, more, share) {
  let place = by("tile-" + id);
  if (!place) {
    place = el("div", { id: "tile-" + id }, el("dt", {}, name), el("dd", { class: "value" }), el("dd", { class: "more" }));
    if (share !== undefined) place.append(el("dd", { class: "meter", "aria-hidden": "true" }, el("span")));
    by("tiles").append(place);
  }
  setText(place.querySelector(".value"), value);
  setText(place.querySelector(".more"), more);
  if (share !== undefined) place.querySelector(".meter span").style.width = `${100 * share}%`;
}

function setNotices(one) {
  const texts = Object.entries(NOTICES).filter(([state]) => one.states[state]).map(([state, [why, what]]) =>
    `${one.states[state]} ${one.states[state] === 1 ? "cell" : "cells"} ${state}: ${why} ${what}`);
  const place = by("notices");
  if (place.dataset.shown === texts.join("\n")) return;
  place.dataset.shown = texts.join("\n");
  place.replaceChildren(...texts.map((text) => el("p", { class: "notice" }, text)));
}

// The grid: one row per task, one column per track, one square per seed. One of them is in the tab order.
function drawGrid() {
  const focused = document.activeElement?.dataset?.cell, every = own();
  const sorted = (values) => [...new Set(values)].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  const tasks = sorted(every.map((cell) => cell.task)), tracks = sorted(every.map((cell) => cell.track));
  const at = new Map();
  for (const cell of every) {
    const key = cell.task + "\n" + cell.track;
    at.set(key, [...(at.get(key) || []), cell]);
  }
  squares.clear();
  const rows = tasks.map((task) => el("tr", {}, el("th", { scope: "row" }, task), ...tracks.map((track) => {
    const found = (at.get(task + "\n" + track) || []).sort((a, b) => Number(a.seed) - Number(b.seed) || a.seed.localeCompare(b.seed));
    const seeds = found.map((cell) => {
      const made = el("button", { type: "button", class: "square", "data-cell": cell.id, tabindex: "-1" }, el("span", { class: "done" }), el("span", { class: "glyph" }));
      squares.set(cell.id, made);
      return made;
    });
    return el("td", {}, el("div", { class: "seeds" }, ...seeds), el("span", { class: "topmost", "data-best": task + "\n" + track }));
  })));
  const head = el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "task"), ...tracks.map((track) => el("th", { scope: "col" }, track))));
  by("grid").replaceChildren(el("table", { class: "grid" }, el("caption", { class: "unseen" }, "Cells by task and track, one square per seed"), head, el("tbody", {}, ...rows)));
  every.forEach(drawSquare);
  const first = squares.get(chosen) || squares.get(focused) || squares.values().next().value;
  if (first) first.tabIndex = 0;
  if (focused && squares.has(focused)) squares.get(focused).focus();
}

function drawSquare(cell) {
  const square = squares.get(cell.id);
  if (!square) return;
  square.dataset.state = cell.state;
  setText(square.querySelector(".glyph"), GLYPHS[cell.state]);
  const running = cell.state === "running" && cell.iterations;
  square.querySelector(".done").style.height = running ? `${100 * cell.step / cell.iterations}%` : "0";
  const description = describe(cell);
  if (square.title !== description) {
    square.title = description;
    square.setAttribute("aria-label", description);
  }
}

function describe(cell) {
  const doing = cell.state === "running" ? `running, ${cell.doing}` : cell.state;
  return [`${nameOf(cell)}: ${doing}`, cell.step ? `call ${cell.step} of ${cell.iterations}` : "", cell.best === null ? "" : `best ${factor(cell.best)}`].filter(Boolean).join(", ");
}

function drawBests() {
  const bests = new Map();
  for (const cell of own()) {
    if (cell.best !== null) {
      const key = cell.task + "\n" + cell.track;
      bests.set(key, Math.max(bests.get(key) || 0, cell.best));
    }
  }
  for (const place of document.querySelectorAll("[data-best]")) {
    const best = bests.get(place.dataset.best);
    setText(place, best ? factor(best) : "");
  }
  const states = new Set(own().map((cell) => cell.state));
  setText(by("states"), "One square per seed, the best speedup below. " + STATES.filter((state) => states.has(state)).map((state) => `${GLYPHS[state] || "□"} ${state}`).join(", ") + ".");
}

by("grid").addEventListener("click", (event) => {
  const square = event.target.closest(".square");
  if (square) choose(square.dataset.cell);
});

by("grid").addEventListener("keydown", (event) => {
  const moves = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: "down", ArrowUp: "up", Home: "first", End: "last" };
  const move = moves[event.key], from = event.target.closest(".square");
  if (move === undefined || !from) return;
  event.preventDefault();
  const order = [...squares.values()], row = from.closest("tr"), place = order.indexOf(from);
  let to = order[place + move];
  if (move === "first") to = order[0];
  if (move === "last") to = order[order.length - 1];
  if (move === "down" || move === "up") {
    const next = move === "down" ? row.nextElementSibling : row.previousElementSibling;
    const column = next && next.cells[from.closest("td").cellIndex];
    to = column && (column.querySelectorAll(".square")[[...from.parentNode.children].indexOf(from)] || column.querySelector(".square"));
  }
  if (!to) return;
  from.tabIndex = -1;
  to.tabIndex = 0;
  to.focus();
});

// The chosen cell, with all its mutations
async function choose(id) {
  chosen = chosen === id ? null : id;
  for (const [name, square] of squares) square.setAttribute("aria-pressed", String(name === chosen));
  if (chosen && cells.get(id).state !== "waiting") {
    const answer = await fetch("/cell/" + id.split("/").map(encodeURIComponent).join("/"));
    const steps = answer.ok ? await answer.json() : [];
    const known = new Set(mutations.filter((one) => one.cell === id).map((one) => one.step));
    mutations.push(...steps.filter((one) => one.status && !known.has(one.step)).map((one) => ({ cell: id, best: false, reason: "", time: null, ...one })));
  }
  drawCell();
  drawFeed(true);
}

function drawCell() {
  const cell = cells.get(chosen), place = by("cell");
  place.hidden = !cell;
  if (!cell) return;
  const left = cell.eta_s !== null && cell.state === "running" && cell.step < cell.iterations ? `${duration(cell.eta_s)} left` : "";
  const facts = [cell.state === "running" ? `running: ${cell.doing}` : cell.state, `call ${cell.step} of ${cell.iterations}`,
    cell.best === null ? "nothing measured yet" : `best ${factor(cell.best)}`, cell.decided ? `${cell.valid} of ${cell.decided} valid` : "", left,
    cell.changed ? `last line ${clock(cell.changed + skew)}` : "", cell.model].filter(Boolean).join(", ");
  if (!place.firstChild) {
    place.append(el("h3"), el("p", { class: "facts-line" }), el("button", { type: "button", class: "plain" }, "Show all cells again"));
    place.querySelector("button").addEventListener("click", () => { const square = squares.get(chosen); choose(chosen); square?.focus(); });
  }
  setText(place.querySelector("h3"), nameOf(cell));
  setText(place.querySelector(".facts-line"), facts);
}

// Figures
function drawFigures(names, anew) {
  const place = by("panels");
  if (anew) place.replaceChildren();
  const known = new Map([...place.children].map((panel) => [panel.dataset.figure, panel]));
  for (const name of names.sort()) {
    if (!name.startsWith(study + "/")) continue;
    let panel = known.get(name);
    if (!panel) {
      panel = el("div", { class: "panel", "data-figure": name });
      const after = [...place.children].find((other) => other.dataset.figure > name);
      place.insertBefore(panel, after || null);
    }
    panel.replaceChildren(el("h3", {}, name.slice(study.length + 1)), drawn(figures.get(name)));
  }
  const tracks = new Set(own().map((cell) => cell.track));
  const key = by("key"), shown = Object.keys(swatches).filter((track) => tracks.has(track)).sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  if (key.dataset.shown !== shown.join("\n")) {
    key.dataset.shown = shown.join("\n");
    key.replaceChildren(...shown.map((track) => el("li", {}, drawn(swatches[track]), " " + track)));
  }
  by("curves").hidden = !place.childElementCount;
}

// Mutations: a line each, opened on demand
function drawFeed(anew) {
  const place = by("feed");
  const wanted = mutations.filter((one) => chosen ? one.cell === chosen : cells.get(one.cell)?.study === study);
  if (chosen) wanted.sort((a, b) => b.step - a.step);
  const shown = wanted.slice(0, chosen ? 1000 : FEED);
  if (anew) place.replaceChildren();
  const known = new Set([...place.children].map((one) => one.dataset.key));
  for (const one of [...shown].reverse()) {
    if (!known.has(keyOf(one))) place.prepend(entry(one));
  }
  const keep = new Set(shown.map(keyOf));
  for (const child of [...place.children]) {
    if (!keep.has(child.dataset.key) && !child.open) child.remove();
  }
  const cell = cells.get(chosen);
  setText(by("mutations-title"), cell ? "Mutations of the cell" : "Latest mutations");
  setText(by("of"), shown.length ? (cell ? nameOf(cell) : "Open one to see its diff, its verdict and what the profile said. ▲ marks a new best of its cell.") : "No model call has ended yet.");
}

const keyOf = (one) => `${one.cell}#${one.step}`;

function entry(one) {
  const cell = cells.get(one.cell), passed = one.status === "passed";
  const verdict = passed ? (one.speedup === null ? "same machine code" : factor(one.speedup)) : plain(one.status);
  const kind = !passed ? "refused" : one.best ? "best" : "valid";
  const where = chosen ? `call ${one.step}` : `${short(cell)}, call ${one.step}`;
  const made = el("details", { "data-key": keyOf(one), class: "mutation" }, el("summary", {},
    el("span", { class: "verdict " + kind }, verdict, one.best ? el("span", { class: "up", title: "new best of the cell" }, " ▲") : null, one.best ? el("span", { class: "unseen" }, " new best") : null),
    el("span", { class: "where" }, where), one.time ? el("time", {}, clock(one.time + skew)) : null));
  made.addEventListener("toggle", () => { if (made.open && made.childElementCount === 1) open(made, one); });
  return made;
}

async function open(made, one) {
  const body = el("div", { class: "body" }, "Reading the journal");
  made.append(body);
  try {
    const answer = await fetch(`/mutation/${one.step}/` + one.cell.split("/").map(encodeURIComponent).join("/"));
    if (!answer.ok) throw new Error(answer.statusText);
    body.replaceChildren(...detail(await answer.json(), one));
  } catch {
    body.remove();
    made.open = false;
  }
}

function detail(found, one) {
  const parts = [];
  if (found.measured) {
    parts.push(el("p", {}, `${factor(found.measured.speedup)} over the start (95 % interval ${factor(found.measured.low)} to ${factor(found.measured.high)}) on ${found.measured.workload}`));
  }
  if (one.reason) parts.push(el("p", {}, `Reason: ${plain(one.reason)}`));
  if (found.said) parts.push(box("What edit, compiler and gate said", found.said));
  if (found.case) parts.push(box("Counterexample", found.case));
  if (found.diff.length) parts.push(el("h3", {}, "Diff"), diff(found.diff));
  else parts.push(el("p", {}, "The reply made no new program."));
  if (found.shown) parts.push(box("What the model read of the profile", found.shown));
  for (const profile of found.profiles) if (profile.items.length) parts.push(...profileOf(profile, found.shown));
  parts.push(fold("Reply", found.reply || "(empty)"));
  return parts;
}

function box(title, text) {
  return el("div", {}, el("h3", {}, title), el("pre", { class: "wrap", tabindex: "0", role: "region", "aria-label": title }, text));
}

function fold(title, text) {
  return el("details", {}, el("summary", {}, title), el("pre", { class: "wrap", tabindex: "0", role: "region", "aria-label": title }, text));
}

function diff(lines) {
  const kinds = { "+": "add", "-": "cut", "@": "at" };
  return el("pre", { class: "diff", tabindex: "0", role: "region", "aria-label": "Diff" },
    ...lines.map((line) => el("span", kinds[line[0]] ? { class: kinds[line[0]] } : {}, line || " ")));
}

function profileOf(profile, shown) {
  const title = `${profile.tool}${shown ? "" : ", not shown to the model"}`;
  const rows = profile.items.map((item) => el("tr", {}, el("td", {}, item[0]), el("td", {}, item[3]), el("td", { class: "code" }, item[5] || item[1])));
  return [el("details", {}, el("summary", {}, title), el("p", { class: "small" }, profile.why), el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": title },
    el("table", {}, el("thead", {}, el("tr", {}, ...["line", "share", "code"].map((head) => el("th", { scope: "col" }, head)))), el("tbody", {}, ...rows))))];
}

// Endpoints
function drawTroubles() {
  const shown = faults.filter((one) => one.cell.startsWith(study + "/")).slice(0, TROUBLES);
  const place = by("troubles"), state = shown.map((one) => one.cell + one.time + one.text).join("\n");
  if (place.dataset.shown === state && place.childElementCount) return;
  place.dataset.shown = state;
  if (!shown.length) {
    place.replaceChildren(el("li", { class: "none" }, "No fault so far."));
    return;
  }
  place.replaceChildren(...shown.map((one) => {
    const [, task, track, seed] = one.cell.split("/");
    return el("li", {}, el("span", { class: "verdict " + (one.kind === "retry" ? "valid" : "refused") }, TROUBLE[one.kind]),
      el("span", { class: "where" }, `${task} ${track} ${seed.replace("seed_", "")}${one.step ? ", call " + one.step : ""}`), el("time", {}, clock(one.time + skew)), el("p", {}, one.text));
  }));
}

connect();
