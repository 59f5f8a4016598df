"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const root = document.documentElement;
  root.dataset.js = "";
  const make = (tag, text, to, name) => {
    const node = document.createElement(tag);
    if (text) node.textContent = text;
    if (name) node.className = name;
    if (to) to.append(node);
    return node;
  };

  const unpack = async (id) => {
    const bytes = Uint8Array.from(atob($(id).textContent), (each) => each.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).text();
  };

  // Dark and light: as the system says, until somebody chooses here.
  const theme = $("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
  const tell = () => theme.setAttribute("aria-pressed", String(isDark()));
  theme.hidden = false;
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    tell();
  });
  dark.addEventListener("change", tell);
  tell();

  const save = $("save");
  if (save) {
    save.hidden = false;
    save.addEventListener("click", async () => {
      const link = make("a");
      link.href = URL.createObjectURL(new Blob([await unpack("evidence")], { type: "application/json" }));
      link.download = "policycheck.json";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    });
  }

  // The matrix: one stop for Tab, arrows from filled cell to filled cell.
  const table = $("grid");
  const panel = $("cell");
  let details;
  let unpacked;
  const load = () => (details ??= unpack("details").then((text) => (unpacked = JSON.parse(text))));

  // What stands between backticks is code.
  const say = (text, to) => {
    const parts = text.split("`");
    if (parts.length % 2) parts.forEach((part, i) => (i % 2 ? make("code", part, to, "in") : to.append(part)));
    else to.append(text);
  };

  const fill = (to, [text, sources]) => {
    const item = make("li", "", to);
    say(text, item);
    for (const source of sources) make("code", source, item, "ev");
  };

  const list = (title, items, body) => {
    if (!items.length) return;
    make("h3", title, body);
    const to = make("ul", "", body);
    for (const each of items) fill(to, each);
  };

  const goTo = (id) => {
    const target = $(id);
    if (!target) return;
    target.hidden = false;
    target.open = true;
    target.scrollIntoView({ block: "center" });
    (target.querySelector("summary") ?? target).focus();
  };

  const show = async (index) => {
    const body = $("cell-body");
    body.replaceChildren();
    let cell;
    try {
      cell = (await load()).cells[index];
    } catch {
      $("cell-title").textContent = "This browser cannot unpack the details";
      panel.showModal();
      return;
    }
    $("cell-title").textContent = `${cell.vendor}: ${cell.category}`;
    make("p", cell.means, body, "hint");
    const state = make("p", "", body);
    make("b", cell.state, state);
    state.append(` (${cell.why})`);
    if (cell.fix) {
      make("h3", "What would mend it", body);
      say(cell.fix, make("p", "", body, "fix"));
    }
    list("What was seen", cell.seen, body);
    list("Who can read it", cell.grants, body);
    if (cell.more) say(cell.more, make("p", "", body, "hint"));
    list("What the policy says", cell.lines.map(([says, at, source]) => [says, source ? [at, source] : [at]]), body);
    if (cell.need) {
      make("h3", "What such a vendor needs", body);
      make("p", cell.need, body);
    }
    if (cell.findings.length + cell.unlisted.length) {
      make("h3", "Findings", body);
      const to = make("ul", "", body);
      for (const number of cell.findings) {
        const link = make("a", $(`f${number}`).querySelector(".msg").textContent, make("li", "", to));
        link.href = `#f${number}`;
        link.addEventListener("click", (event) => {
          event.preventDefault();
          panel.close();
          goTo(`f${number}`);
        });
      }
      for (const each of cell.unlisted) fill(to, [each, []]);
    }
    panel.showModal();
    panel.scrollTop = 0;
  };

  if (table) {
    const rows = [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.firstElementChild));
    const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    const names = { D: "declared only", N: "needed and used", O: "over-shared", U: "undeclared", "?": "unknown" };
    const at = new Map();
    let here;
    rows.forEach((cells, y) => {
      const vendor = table.tBodies[0].rows[y].cells[0].firstChild.textContent;
      cells.forEach((button, x) => {
        if (!x || !button) return;
        const accepted = button.classList.contains("accepted") ? ", accepted" : "";
        button.setAttribute("aria-label", `${vendor}, ${heads[x]}: ${names[button.textContent]}${accepted}`);
        button.tabIndex = here ? -1 : 0;
        here ??= button;
        at.set(button, [x, y, at.size]);
      });
    });
    const go = (button) => {
      if (!button) return;
      here.tabIndex = -1;
      here = button;
      here.tabIndex = 0;
      here.focus();
    };
    const next = (x, y, dx, dy) => {
      do {
        x += dx;
        y += dy;
        if (!rows[y] || x < 1 || x >= heads.length) return null;
      } while (!rows[y][x]);
      return rows[y][x];
    };
    const steps = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
    table.addEventListener("keydown", (event) => {
      const place = at.get(event.target);
      if (!place || event.altKey || event.ctrlKey || event.metaKey) return;
      const filled = rows[place[1]].filter((each, x) => x && each);
      if (steps[event.key]) go(next(place[0], place[1], ...steps[event.key]));
      else if (event.key === "Home") go(filled[0]);
      else if (event.key === "End") go(filled.at(-1));
      else return;
      event.preventDefault();
    });
    table.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      go(button);
      show(at.get(button)[2]);
    });
    $("close").addEventListener("click", () => panel.close());
    panel.addEventListener("click", (event) => {
      if (event.target === panel) panel.close();
    });
  }

  // The findings and their filters.
  const form = $("filters");
  if (form) {
    const findings = [...$("list").children];
    const value = (id) => $(id)?.value ?? "";
    const apply = () => {
      const [v, o, s, a] = ["by-v", "by-o", "by-s", "by-a"].map(value);
      const fresh = $("by-new")?.checked;
      let shown = 0;
      for (const each of findings) {
        const data = each.dataset;
        each.hidden =
          (v && data.v !== v) || (o && data.o !== o) || (s && Number(data.s) < Number(s)) ||
          (a && !data.a.split(" ").includes(a)) || (fresh && !("new" in data));
        shown += each.hidden ? 0 : 1;
      }
      $("shown").textContent = `${shown} of ${$("list").dataset.total} shown`;
    };
    form.addEventListener("change", apply);
    form.addEventListener("reset", () => setTimeout(apply));
    form.addEventListener("submit", (event) => event.preventDefault());
    $("all").addEventListener("click", () => {
      const open = findings.some((each) => !each.hidden && !each.open);
      for (const each of findings) if (!each.hidden) each.open = open;
      $("all").textContent = open ? "Close all" : "Open all";
    });
    apply();
  }
  addEventListener("hashchange", () => /^#[fa]\d+$/.test(location.hash) && goTo(location.hash.slice(1)));

  // What was seen of the less severe findings is packed.
  const tellSeen = (finding) => {
    const to = finding.querySelector(".later:empty");
    if (to && unpacked) for (const each of unpacked.seen[finding.id.slice(1)]) fill(to, each);
  };
  const later = (event) => {
    const finding = event.target;
    if (finding.open) load().then(() => tellSeen(finding)).catch(() => undefined);
  };
  $("list")?.addEventListener("toggle", later, true);
  (window.requestIdleCallback ?? setTimeout)(() => load().catch(() => undefined));

  // On paper nothing can be opened.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details.finding:not([open])")];
    for (const each of closed) {
      tellSeen(each);
      each.open = true;
    }
  });
  addEventListener("afterprint", () => {
    for (const each of closed) each.open = false;
  });
  performance.mark("ready");
})();
