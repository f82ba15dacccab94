// The filters of the findings. Everything is in the page already: this only hides rows and counts them.
(() => {
  "use strict";
  const form = document.querySelector("#filters");
  if (!(form instanceof HTMLFormElement)) return;

  const rows = Array.from(document.querySelectorAll("table.findings tbody tr"), (element) => ({
    element,
    gate: element.dataset.gate,
    severity: element.dataset.severity,
    service: element.dataset.service,
    states: element.dataset.state.split(" "),
    /** Filled at the first search: until then nobody needs it. */
    text: undefined,
  }));
  const groups = Array.from(document.querySelectorAll("table.findings tbody"), (element) => ({ element, shown: 0 }));
  const groupOf = new Map(groups.map((group) => [group.element, group]));
  const { text, gate, service, count } = form.elements;
  const boxes = Array.from(form.querySelectorAll("input[type=checkbox]"));
  const nothing = document.querySelector("#nothing");

  const chosen = (name) => new Set(boxes.filter((box) => box.name === name && box.checked).map((box) => box.value));
  const textOf = (row) => (row.text ??= searchable(row.element).toLowerCase());

  /** Of the command that allows a finding, only the id is the finding's own. */
  function searchable(element) {
    const command = element.querySelector("details");
    return command === null ? element.textContent : element.textContent.replace(command.textContent, () => ` ${command.querySelector("b").textContent}`);
  }

  /** Each part of the filter says for itself whether a row may stay. */
  function readFilter() {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const severities = chosen("severity");
    const states = chosen("state");
    return {
      text: (row) => words.every((word) => textOf(row).includes(word)),
      gate: (row) => gate.value === "" || row.gate === gate.value,
      service: (row) => !service || service.value === "" || row.service === service.value,
      severity: (row) => severities.size === 0 || severities.has(row.severity),
      state: (row) => states.size === 0 || row.states.some((state) => states.has(state)),
    };
  }

  /** Shows what passes; a choice's number is what it would show, given all the other parts. */
  function apply() {
    const parts = Object.entries(readFilter());
    const numbers = { gate: new Map(), service: new Map(), severity: new Map(), state: new Map() };
    let shown = 0;
    for (const group of groups) group.shown = 0;
    for (const row of rows) {
      const failing = parts.filter(([, passes]) => !passes(row)).map(([name]) => name);
      const hide = failing.length > 0;
      if (row.element.hidden !== hide) row.element.hidden = hide;
      if (!hide) {
        shown += 1;
        groupOf.get(row.element.parentElement).shown += 1;
      }
      if (failing.length > 1) continue;
      for (const name of hide ? failing : Object.keys(numbers)) {
        if (name === "text") continue;
        for (const value of name === "state" ? row.states : [row[name]]) numbers[name].set(value, (numbers[name].get(value) ?? 0) + 1);
      }
    }
    for (const group of groups) {
      group.element.hidden = group.shown === 0;
      // The height that the browser takes for granted while the group is far away.
      group.element.style.containIntrinsicHeight = `calc(${group.shown} * var(--row))`;
    }
    for (const box of boxes) box.parentElement.querySelector(".count").textContent = String(numbers[box.name].get(box.value) ?? 0);
    for (const select of [gate, service]) {
      if (!select) continue;
      for (const option of select.options) {
        if (option.value !== "") option.textContent = `${option.value} (${numbers[select.name].get(option.value) ?? 0})`;
      }
    }
    count.value = shown === rows.length ? `${rows.length} findings` : `${shown} of ${rows.length} findings`;
    nothing.hidden = shown > 0;
  }

  function choose(wanted) {
    text.value = "";
    gate.value = wanted.gate ?? "";
    if (service) service.value = "";
    for (const box of boxes) box.checked = box.name === "state" && box.value === wanted.state;
    apply();
  }

  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    choose({});
  });
  // A number in the table of gates leads to just these findings.
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[data-gate]") : null;
    if (link !== null) choose(link.dataset);
  });

  // While nobody types yet, so that the first letter does not wait for it.
  const idle = window.requestIdleCallback ?? ((work) => setTimeout(() => work({ timeRemaining: () => 10 }), 100));
  let prepared = 0;
  idle(function prepare(deadline) {
    while (prepared < rows.length && deadline.timeRemaining() > 1) textOf(rows[prepared++]);
    if (prepared < rows.length) idle(prepare);
  });

  form.hidden = false;
  // A browser may bring back what was typed before the page was left.
  apply();
})();
