"use strict";
// Opens cells and mutations by the address after "#". What a model wrote is only ever set as text.
const SVG = "http://www.w3.org/2000/svg";
const index = JSON.parse(document.getElementById("index").textContent);
const cells = new Map(index.map((cell) => [cell.id, cell]));
const report = document.getElementById("report");
const opened = document.getElementById("opened");
const kept = new Map();
let back = 0;

function el(name, attributes, ...children) {
  const made = document.createElement(name);
  return filled(made, attributes, children);
}

function svg(name, attributes, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(made, attributes, children) {
  for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

async function text(id) {
  if (!kept.has(id)) {
    const packed = Uint8Array.from(atob(document.getElementById(id).textContent), (c) => c.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    kept.set(id, await new Response(stream).text());
  }
  return kept.get(id);
}

async function rowsOf(cell) {
  const found = JSON.parse(await text("r" + cell.rows))[cell.id];
  const names = ["step", "parent", "status", "kind", "depth", "labels", "log2", "speedup", "over", "again", "effective", "lineage"];
  return found.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at]])));
}

async function detailsOf(cell) {
  const known = [], found = new Map();
  for (const line of (await text("d" + cell.details)).split("\n")) {
    if (!line) continue;
    const detail = JSON.parse(line);
    known.push(...detail.new);
    const whole = (numbers) => numbers.map((number) => known[number]).join("\n\n");
    const profiles = (number) => number === null ? [] : known[number];
    found.set(detail.step, { ...detail, system: whole(detail.system), user: whole(detail.user),
      before: profiles(detail.before), after: profiles(detail.after) });
  }
  return found;
}

function link(cell, step, shown) {
  const address = "#" + encodeURIComponent(cell.id) + (step === null ? "" : "/" + step);
  return el("a", { href: address }, shown);
}

function table(label, heads, rows) {
  const head = heads.map((name, at) => el("th", { scope: "col", class: rows.numeric.has(at) ? "n" : "" }, name));
  const body = rows.map((row) => el("tr", { class: row.on ? "on" : "" }, ...row.map((value, at) =>
    el(at ? "td" : "th", { class: rows.numeric.has(at) ? "n" : "", ...(at ? {} : { scope: "row" }) }, value))));
  const made = el("table", {}, el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...body));
  return el("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": label }, made);
}

function numeric(rows, ...columns) {
  rows.numeric = new Set(columns);
  return rows;
}

function outcome(row) {
  return row.status.replaceAll("_", " ");
}

// Filters hide rows, panels and mutations of other tasks, tracks and depths; they change no number.
const chosen = { task: "", track: "", depth: "" };
const TASKS = new Set(index.map((cell) => cell.task)), TRACKS = new Set(index.map((cell) => cell.track));
const DEPTHS = new Map([["0", "0 null"], ["1", "1 superficial"], ["2", "2 local"], ["3", "3 data"], ["4", "4 algorithm"]]);

function filterBox() {
  const box = document.getElementById("filters");
  for (const [name, shown, values] of [["task", "task", [...TASKS]], ["track", "track", [...TRACKS]], ["depth", "depth of mutations", [...DEPTHS.values()]]]) {
    const choice = el("select", { id: "filter-" + name }, el("option", { value: "" }, "all"),
      ...values.map((value) => el("option", { value }, value)));
    choice.addEventListener("change", () => { chosen[name] = choice.value; filter(); });
    box.append(el("label", {}, shown + " ", choice));
  }
  box.hidden = false;
}

function filter() {
  for (const table of document.querySelectorAll("table")) {
    const heads = [...table.querySelectorAll("thead th")].map((head) => head.textContent);
    for (const row of table.tBodies[0].rows) row.hidden = !keeps(row, heads);
  }
  for (const panel of document.querySelectorAll(".panel[data-task]")) {
    panel.hidden = Boolean(chosen.task) && TASKS.has(panel.dataset.task) && panel.dataset.task !== chosen.task;
  }
}

function keeps(row, heads) {
  return [["task", "task", TASKS], ["track", "track", TRACKS], ["depth", "depth", new Set([...DEPTHS.values(), "-"])]].every(([head, name, known]) => {
    const at = heads.indexOf(head), value = row.dataset[name] || (at < 0 ? "" : row.cells[at].textContent);
    return !chosen[name] || !known.has(value) || value === chosen[name];
  });
}

function listCells() {
  const heads = ["cell", "calls", "finished", "confirmed speedup"];
  const place = document.getElementById("cell-list");
  const tasks = [...new Set(index.map((cell) => cell.task))];
  for (const task of tasks) {
    const own = index.filter((cell) => cell.task === task);
    const rows = own.map((cell) => [link(cell, null, "track " + cell.track + ", seed " + cell.seed),
      cell.calls + " of " + cell.of, cell.finished ? "yes" : "no", cell.identity ? "= 1 (the start)" : cell.confirmed]);
    const list = table("cells of " + task, heads, numeric(rows, 1));
    own.forEach((cell, at) => Object.assign(list.querySelectorAll("tbody tr")[at].dataset, { task, track: cell.track }));
    const title = task + " (" + own.length + " cells)";
    place.append(index.length > 40 ? el("details", {}, el("summary", {}, title), list) : el("div", {}, el("h3", {}, title), list));
  }
}

function lineage(cell, rows) {
  const width = Math.max(300, Math.min(720, document.documentElement.clientWidth - 32)), height = 260, left = 46, right = 14, top = 14, bottom = 58;
  const speeds = rows.filter((row) => row.log2 !== null).map((row) => row.log2);
  const low = Math.min(0, ...speeds) - 0.05, high = Math.max(0.1, ...speeds) * 1.06 + 0.02;
  const x = (step) => left + step / Math.max(cell.calls, 1) * (width - left - right);
  const y = (log2) => height - bottom - (log2 - low) / (high - low) * (height - top - bottom);
  const by = new Map(rows.map((row) => [row.step, row]));
  const place = (step) => step === 0 ? [x(0), y(0)] : [x(step), y(by.get(step).log2)];
  const parts = [];
  if (cell.floor !== null) {
    parts.push(svg("rect", { class: "floor", x: left, y: y(Math.min(cell.floor, high)), width: width - left - right,
      height: y(Math.max(-cell.floor, low)) - y(Math.min(cell.floor, high)) }));
  }
  for (const [at, shown] of ticks(low, high)) {
    parts.push(svg("line", { class: "grid", x1: left, x2: width - right, y1: y(at), y2: y(at) }));
    parts.push(svg("text", { class: "tick", x: left - 6, y: y(at) + 4, "text-anchor": "end" }, shown));
  }
  const step = Math.max(1, Math.ceil(cell.calls / (width / 60)));
  for (let call = 0; call <= cell.calls; call += step) {
    parts.push(svg("text", { class: "tick", x: x(call), y: height - 20, "text-anchor": "middle" }, String(call)));
  }
  parts.push(svg("text", { class: "tick", x: (left + width - right) / 2, y: height - 4, "text-anchor": "middle" }, "model calls"));
  const measured = rows.filter((row) => row.log2 !== null);
  for (const on of [0, 1]) {
    for (const row of measured.filter((each) => (each.lineage > 0) === Boolean(on))) {
      if (row.parent !== 0 && (!by.has(row.parent) || by.get(row.parent).log2 === null)) continue;
      const [x1, y1] = place(row.parent), [x2, y2] = place(row.step);
      const bend = (x1 + x2) / 2;
      parts.push(svg("path", { class: on ? "edge on" : "edge", d: `M${x1} ${y1}C${bend} ${y1} ${bend} ${y2} ${x2} ${y2}` }));
    }
  }
  parts.push(svg("circle", { class: "node null", cx: x(0), cy: y(0), r: 4 }));
  for (const row of rows) parts.push(node(cell, row, x, y, height - bottom + 12));
  const title = svg("title", {}, "Lineage of " + cell.id);
  const summary = `${measured.length} of ${rows.length} calls gave a program that could be measured; the table below lists all.`;
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "lineage", role: "group", "aria-label": "Lineage of " + cell.id },
    title, svg("desc", {}, summary), ...parts);
}

function node(cell, row, x, y, rug) {
  const name = `call ${row.step}: ${outcome(row)}${row.kind ? ", " + row.kind : ""}, ${row.speedup}`;
  const at = svg("a", { href: "#" + encodeURIComponent(cell.id) + "/" + row.step, "aria-label": name });
  at.append(svg("title", {}, name));
  const cx = x(row.step);
  if (row.log2 === null) {
    at.append(svg("rect", { x: cx - 7, y: rug - 7, width: 14, height: 14, fill: "transparent" }));
    at.append(svg("path", { class: "failed", d: `M${cx - 3} ${rug - 3}L${cx + 3} ${rug + 3}M${cx + 3} ${rug - 3}L${cx - 3} ${rug + 3}` }));
    return at;
  }
  const kind = "node " + (row.kind || "none"), cy = y(row.log2);
  if (row.lineage === 2) at.append(svg("circle", { class: "ring", cx, cy, r: 9 }));
  at.append(row.kind === "structural" ? svg("rect", { class: kind, x: cx - 4.5, y: cy - 4.5, width: 9, height: 9 })
    : svg("circle", { class: kind, cx, cy, r: 4.5 }));
  return at;
}

function ticks(low, high) {
  const choices = [[0.25, 0.5, 1, 2, 4, 8, 16, 32, 64], [0.5, 0.67, 1, 1.5, 2, 3, 4, 6], [0.6, 0.8, 1, 1.2, 1.4, 1.6, 1.8, 2],
    [0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.4], [0.94, 0.96, 0.98, 1, 1.02, 1.04, 1.06, 1.08, 1.1]];
  const within = choices.map((factors) => factors.map((f) => [Math.log2(f), f + "x"]).filter(([at]) => at >= low && at <= high));
  return within.find((found) => found.length >= 3) || within[within.length - 1];
}

async function openCell(cell) {
  const rows = await rowsOf(cell), held = await detailsOf(cell);
  const heads = ["call", "from", "outcome", "class", "depth", "methodologies", "speedup over the start", "over parent", "", "details"];
  const lines = rows.map((row) => Object.assign([link(cell, row.step, String(row.step)), row.parent ? String(row.parent) : "start",
    outcome(row), row.kind || "-", DEPTHS.get(row.depth) || "-", row.labels || "-", row.speedup, row.over,
    [row.effective ? "effective" : "", ["", "led to the champion", "champion"][row.lineage]].filter(Boolean).join(", "),
    held.has(row.step) ? "here" : "in the journal"], { on: row.lineage === 2 }));
  const left = cell.left ? `Details of ${cell.left} of ${cell.calls} calls are not in this page but in the journal.` : null;
  opened.append(crumbs(cell, null),
    el("h1", {}, cell.id),
    facts([["model", cell.model], ["feedback", cell.feedback], ["calls", cell.calls + " of " + cell.of],
      ["confirmed speedup", cell.identity ? "1, the champion is the starting program" : cell.confirmed],
      ["noise floor", cell.floor === null ? "not recorded" : Math.pow(2, cell.floor).toFixed(3)],
      ["journal", opened.dataset.results + "/" + cell.journal]]),
    el("h2", {}, "Lineage"),
    el("p", { class: "legend" }, "Each program at the call that made it and its measured speedup, joined to its parent. Squares are " +
      "structural, filled circles superficial, open ones null; the ring is the champion, strong lines led to it; crosses did not " +
      "compile, were wrong or changed nothing. Grey band: noise floor."),
    lineage(cell, rows),
    el("h2", {}, "Mutations"), ...(left ? [el("p", {}, left)] : []),
    table("mutations of " + cell.id, heads, numeric(lines, 0, 1)));
}

function crumbs(cell, step) {
  const made = el("nav", { class: "crumbs", "aria-label": "Where you are" }, el("a", { href: "#cells", class: "up" }, "Report"));
  if (step !== null) {
    made.append(link(cell, null, cell.id));
    if (step > 1) made.append(link(cell, step - 1, "Call " + (step - 1)));
    if (step < cell.calls) made.append(link(cell, step + 1, "Call " + (step + 1)));
  }
  return made;
}

function facts(pairs) {
  const known = pairs.filter(([, value]) => value !== "" && value !== null && value !== undefined);
  return el("dl", { class: "facts" }, ...known.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

async function openMutation(cell, step) {
  const row = (await rowsOf(cell)).find((each) => each.step === step), detail = (await detailsOf(cell)).get(step);
  const where = opened.dataset.results + "/" + cell.journal;
  opened.append(crumbs(cell, step), el("h1", {}, cell.id + ", call " + step));
  if (!row) return opened.append(el("p", {}, "There is no such call on record."));
  opened.append(facts([["verdict", outcome(row)], ["class", row.kind], ["depth", DEPTHS.get(row.depth)], ["methodologies", row.labels],
    ["speedup over the start", row.speedup], ["speedup over its parent", row.over], ["over its parent, measured afresh", row.again === "-" ? "" : row.again],
    ["parent", row.parent ? link(cell, row.parent, "call " + row.parent) : "the starting program"],
    ["counts as", [row.effective ? "effective structural mutation" : "", ["", "in the champion's lineage", "champion"][row.lineage]].filter(Boolean).join(", ")],
    ["journal", detail ? where + ", line " + detail.line : where]]));
  if (!detail) return opened.append(el("p", {}, "Its diff, prompt, reply and profiles did not fit into this page; they are in the journal, in the line of kind “proposed” with step " + step + " and those after it."));
  opened.append(el("h2", {}, "Diff"), diff(detail.diff));
  if (detail.said) opened.append(el("h3", {}, "What was said of it"), pre(detail.said));
  if (detail.case) opened.append(el("h3", {}, "Counterexample"), pre(detail.case));
  opened.append(el("h2", {}, "Profiles"), el("p", { class: "legend" }, (detail.shown.length ? "The prompt showed: " + detail.shown.join(", ") + ". " : "The prompt showed no profile. ") +
    "Every parent is profiled in every track; what follows is the record, the largest items of each profiler."),
    profiles("Parent", detail.before, "Not taken."),
    profiles("Child", detail.after, "Not taken: this program never became a parent."));
  opened.append(el("h2", {}, "Prompt"), el("h3", {}, "System"), pre(detail.system), el("h3", {}, "User"), pre(detail.user),
    el("h2", {}, "Reply"), pre(detail.reply));
}

function pre(content) {
  return el("pre", { class: "wrap", tabindex: "0", role: "region", "aria-label": "text" }, content);
}

function diff(content) {
  if (!content) return el("p", {}, "Nothing was changed.");
  const classes = { "+": "add", "-": "cut", "@": "at" };
  const lines = content.split("\n").map((line) => el("span", { class: classes[line[0]] || "" }, line || " "));
  return el("pre", { class: "diff", tabindex: "0", role: "region", "aria-label": "diff" }, ...lines);
}

function profiles(name, taken, none) {
  const made = el("section", {}, el("h3", {}, name));
  if (!taken.length) made.append(el("p", {}, none));
  for (const profile of taken) {
    made.append(el("h4", {}, profile.tool + ": " + profile.why));
    if (!profile.items.length) continue;
    const heads = ["line", "kind", "value", "95 % interval", "code"];
    const rows = profile.items.map(([line, , kind, value, interval, code]) => [line || "all", kind.replaceAll("_", " "), value, interval, el("code", {}, code)]);
    made.append(table(name + ", " + profile.tool, heads, numeric(rows, 0)));
    if (profile.more) made.append(el("p", { class: "small" }, profile.more + " smaller items are in the journal."));
  }
  return made;
}

async function route() {
  let [id, step] = location.hash.slice(1).split("/");
  try { id = decodeURIComponent(id); } catch { id = ""; }
  const cell = cells.get(id);
  if (!cell) {
    const returning = !opened.hidden;
    report.hidden = false;
    opened.hidden = true;
    opened.replaceChildren();
    const target = document.getElementById(id);
    if (target) target.scrollIntoView();
    if (returning && !target) window.scrollTo(0, back);
    return;
  }
  if (opened.hidden) back = window.scrollY;
  report.hidden = true;
  opened.replaceChildren();
  await (step ? openMutation(cell, Number(step)) : openCell(cell));
  filter();
  opened.hidden = false;
  document.title = cell.id + (step ? ", call " + step : "") + " - pytest-aiopt report";
  window.scrollTo(0, 0);
  opened.focus({ preventScroll: true });
}

listCells();
filterBox();
window.addEventListener("hashchange", route);
if (location.hash) route();
