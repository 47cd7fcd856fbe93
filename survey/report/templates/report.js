"use strict";
// The page is complete without this. It filters, sorts, opens and links rows, says the words in another language, and copies.
(() => {
  const root = document.documentElement, all = (query, of = document) => [...of.querySelectorAll(query)], one = (query, of = document) => of.querySelector(query);
  const given = JSON.parse(one("#catalogs").textContent), catalogs = given.words, served = root.lang;
  const rows = all("tr.row").map((row, at) => {
    const drawer = row.nextElementSibling, inner = one(".in", drawer);
    return { row, drawer, inner, at, body: row.parentNode, base: inner.dataset.b || row.parentNode.dataset.b, id: inner.id, link: one("a.open", row), tokens: row.dataset.f.split(" "), project: `${row.parentNode.dataset.id} ${one(".group th", row.parentNode).firstChild.data}`, name: one("a.open", row).textContent };
  });
  const byId = new Map(rows.map(each => [each.id, each]));
  let language = served;
  root.classList.add("js");

  // --- words: an element names its message, its children marked with data-s are the parameters
  const slots = new WeakMap();
  const form = (id, count) => {
    const found = catalogs[language][id];
    return typeof found === "object" ? (count === 0 && found.zero) || (count === 1 && found.one) || found.other : found;
  };
  const say = (id, params = {}) => form(id, +params[(catalogs[language][id] || {}).by]).replace(/\{(\w+)\}/g, (_, name) => params[name]);
  function word(element) {
    if (!slots.has(element)) slots.set(element, Object.fromEntries([...element.children].filter(child => child.dataset.s).map(child => [child.dataset.s, child])));
    const own = slots.get(element), count = element.dataset.n;
    const parts = form(element.dataset.m, count === undefined ? undefined : +count).split(/\{(\w+)\}/);
    element.replaceChildren(...parts.map((part, at) => at % 2 ? own[part] || count : part));
  }
  // --- phrases: what the analysis says is recognised in the language the page was made in
  const phrases = Object.fromEntries(Object.entries(given.phrases).map(([family, all]) => [family, all.map(([id, pattern]) => [id, new RegExp("^" + pattern.replace(/\(\?P</g, "(?<") + "$")])]));
  const originals = new WeakMap();
  function told(said, family, depth = 0) {
    if (language === served || depth > 6) return said;
    for (const [id, pattern] of phrases[family]) {
      const found = pattern.exec(said);
      if (!found) continue;
      const params = Object.fromEntries(Object.entries(found.groups || {}).map(([name, value]) => [name, given.parts[name] ? told(value, given.parts[name], depth + 1) : value]));
      return say(id, params);
    }
    return said;
  }
  function tell(node, family) {
    if (!originals.has(node)) originals.set(node, node.data);
    const said = originals.get(node);
    node.data = said.slice(0, said.length - said.trimStart().length) + told(said.trim(), family) + said.slice(said.trimEnd().length);
  }
  function speak(wanted) {
    if (!catalogs[wanted] || wanted === language) return;
    language = root.lang = wanted;
    all("[data-m]").forEach(word);
    all(".sep").forEach(element => { element.textContent = form("list.separator"); });
    all(".way ol > li").forEach(step => { if (step.childNodes[1]) tell(step.childNodes[1], "step"); });
    all("[data-t]").forEach(element => { if (element.firstChild && phrases[element.dataset.t]) tell(element.firstChild, element.dataset.t); });
    all("[data-l]").forEach(element => {
      const text = form(element.dataset.l);
      if (element.tagName === "TITLE") { element.textContent = text; return; }
      element.setAttribute("aria-label", text);
      if (element.dataset.h !== undefined) element.placeholder = text;
    });
    columns();
  }
  const button = (id, act, kind = "copy") => {
    const made = Object.assign(document.createElement("button"), { type: "button", className: kind });
    made.dataset.m = id;
    made.append(form(id));
    made.addEventListener("click", act);
    return made;
  };

  // --- columns: cards on a phone show the head of each column beside its cell; heads sort
  const heads = all(".matrix > thead th");
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [sheet];
  function columns() {
    sheet.replaceSync("@media (max-width: 700px) {" + heads.map((head, at) => `.row > :nth-child(${at + 1}):not(th)::before { content: ${JSON.stringify(head.textContent)} }`).join("") + [".leaves", ".gates", ".consumers"].map(table => all(`${table} > thead`).slice(0, 1).flatMap(head => all("th", head)).map((head, at) => `${table} td:nth-child(${at + 1})::before { content: ${JSON.stringify(head.textContent)} }`).join("")).join("") + "}");
  }
  heads.forEach((head, at) => {
    if (!head.dataset.k) return;
    const press = document.createElement("button");
    press.type = "button";
    press.append(...head.childNodes);
    press.addEventListener("click", () => {
      const [by, down] = (state.get("sort") || "").split("-");
      go({ sort: +by !== at || by === "" ? `${at}` : down ? null : `${at}-down` });
    });
    head.append(press);
  });
  const order = ["on", "depends", "unknown", "off", "quiet", "error", "not_supported", "not_found", "not_applicable"];
  const rank = cell => Math.min(...all(".p", cell).flatMap(pill => order.map((name, at) => pill.classList.contains(name) ? at : 99)));
  const sorted = document.createElement("tbody");
  one(".matrix").append(sorted);
  function sort(wanted) {
    const [by, order] = (wanted || "").split("-"), asked = by === "" ? null : heads[+by], head = asked && asked.dataset.k ? asked : null, down = head && order === "down";
    heads.forEach(each => each === head ? each.setAttribute("aria-sort", down ? "descending" : "ascending") : each.removeAttribute("aria-sort"));
    const valued = rows.map(each => {
      const cell = head && each.row.children[+by], code = cell && one("code", cell);
      const value = !head ? each.at : head.dataset.k === "cell" ? rank(cell) : head.dataset.k === "name" ? each.name : code ? code.textContent : "\uffff" + cell.textContent;
      return { each, value };
    });
    valued.sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0) * (down ? -1 : 1) || a.each.at - b.each.at);
    valued.forEach(({ each }) => (head ? sorted : each.body).append(each.row, each.drawer));
  }

  // --- which rows: one filter, one search
  const texts = new Map();
  const text = each => {
    if (!texts.has(each)) texts.set(each, [each.name, each.project, ...all("code", each.row), ...all("code", each.drawer)].map(part => alike(part.textContent || part)).join("\n"));
    return texts.get(each);
  };
  const alike = value => value.toLowerCase().replace(/_/g, "-");
  function named(token) {  // in the words of the link that was followed
    const id = ["filter.", "preset.", "channel."].map(family => family + token).find(each => catalogs[language][each]);
    if (id) return form(id);
    if (/-on$/.test(token) && catalogs[language]["channel." + token.slice(0, -3)]) return say("filter.default", { channel: form("channel." + token.slice(0, -3)) });
    const link = all(".consumers a").find(each => each.hash === `#show=${token}`);
    return link && say("filter.backend", { backend: one("th a", link.closest("tr")).textContent });
  }
  function filter(token, query) {
    const asked = alike(query).split(/\s+/), only = token && token !== "all" && named(token);
    let shown = 0;
    for (const each of rows) {
      const fits = (!token || token === "all" || each.tokens.includes(token)) && asked.every(part => text(each).includes(part));
      each.row.hidden = !fits;
      each.drawer.hidden = !fits;
      shown += fits;
    }
    all("tr.group").forEach(head => { head.hidden = state.has("sort") || !all("tr.row", head.parentNode).some(row => !row.hidden); });
    one("#count").textContent = say(only ? "page.shown.only" : "page.shown", { shown, all: rows.length, filter: only });
    one("#reset").hidden = shown === rows.length && !only && !state.has("sort");
    one("#none").hidden = shown > 0;
    all(".preset").forEach(each => each.hash === `#show=${token}` ? each.setAttribute("aria-current", "true") : each.removeAttribute("aria-current"));
  }

  // --- a row's drawer
  function dress(each) {
    if (each.dressed) return;
    each.dressed = true;
    const base = each.base, source = one(".in-source", each.inner);
    if (source) source.href = base + each.inner.dataset.d;
    if (base) {
      for (const list of all("ol, ul, table, .way > p", each.inner)) {
        let last = "";
        for (const spot of all("a:not([href])", list)) {
          const [, path, line] = /^(.*):(\d+)$/.exec(spot.textContent);
          last = path || last;
          spot.href = `${base}${spot.className === "x" ? "" : each.inner.dataset.d}${last}#L${line}${spot.dataset.e ? `-L${spot.dataset.e}` : ""}`.replace(/[ "<>]/g, encodeURIComponent);
        }
      }
    }
    const tools = document.createElement("p");
    tools.append(button("page.copy.link", () => copy(location.href.split("#")[0] + "#pkg=" + each.id), ""), button("page.copy.markdown", () => copy(markdown(each)), ""), " ", button("page.copy.json", () => copy("." + each.inner.dataset.j), ""));
    one("h3", each.inner).after(tools);
    all(".rec", each.inner).forEach((record, at) => one(".facts", record).append(" ", button("page.copy.json", () => copy(`.${each.inner.dataset.j}.records[${at}]`)), " ", button("page.wrong", () => show(issue(each, record), "wrong.to"))));
    all("a[data-code]", each.inner).forEach(link => { const shown = one(link.hash); if (shown) { const again = shown.cloneNode(true); again.removeAttribute("id"); link.replaceWith(again); } });
  }
  function open(id, role) {
    for (const each of rows) {
      const wanted = each.id === id;
      each.drawer.classList.toggle("open", wanted);
      each.link.setAttribute("aria-expanded", wanted);
      one("details", each.drawer).open = wanted;
      if (!wanted) continue;
      dress(each);
      const records = all(".rec", each.inner);
      records.forEach((record, at) => { record.open = role ? record.dataset.r.endsWith("/" + role) : at === 0; });
    }
  }
  const line = element => element.textContent.replace(/\s+/g, " ").trim();
  const plain = value => value.replace(/[\\`*_[\]<>|#~@]/g, "\\$&");
  const inline = element => [...element.childNodes].map(node => {
    if (node.nodeType === 3) return plain(node.data.replace(/\s+/g, " "));
    if (node.tagName === "CODE") return "`" + line(node).replace(/`/g, "'") + "`";
    if (node.tagName === "A" && node.href) return `[${plain(line(node))}](<${node.href}>)`;
    return node.tagName === "BUTTON" || node.tagName === "PRE" || node.tagName === "DETAILS" || node.tagName === "OL" || node.tagName === "UL" ? "" : node.tagName === "BR" ? "  \n" : inline(node);
  }).join("").trim();
  function markdown(each) {
    const out = [`## ${plain(each.name)}`, ""], off = one(".turn", each.inner);
    if (off) {
      out.push(inline(off), "");
      all("li", off).forEach(item => out.push(`- ${inline(item)}`));
      out.push("");
    }
    for (const record of all(".rec", each.inner)) {
      out.push(`### ${inline(one("summary", record))}`, "", inline(one(".facts", record)), "");
      for (const way of all(".way", record)) {
        all("p", way).forEach(part => out.push(inline(part), ""));
        all(":scope > details", way).forEach(part => out.push(`${inline(one("summary", part))}: \`${line(one("code", part)).replace(/`/g, "'")}\``, ""));
        all("li", way).forEach((step, at) => out.push(`${at + 1}. ${inline(step)}`));
        out.push("");
      }
      all(":scope > details li", record).forEach(other => out.push(`- ${inline(other)}`));
      out.push("");
    }
    for (const part of all(":scope > h4, :scope > .wide, :scope > ul, :scope > .rule", each.inner)) {
      if (part.tagName === "H4") out.push(`### ${inline(part)}`, "");
      const cells = row => `| ${[...row.cells].map(cell => inline(cell).replace(/\n/g, " ")).join(" | ")} |`;
      all("tr", part).forEach((row, at) => { out.push(cells(row)); if (!at) out.push("|" + "---|".repeat(row.cells.length)); });
      all("li", part).forEach(item => out.push(`- ${inline(item)}`));
      out.push("");
    }
    return out.join("\n").replace(/\n{3,}/g, "\n\n");
  }
  function issue(each, record) {
    const [channel, role] = record.dataset.r.split("/"), proof = one(".way a[href]", record) || one(".way code", record);
    return [
      say("wrong.title", { package: each.name, role: form("role." + role) || role, channel: form("channel." + channel) || channel }), "",
      say("wrong.record", { id: `${each.body.dataset.id}/${each.name}/${record.dataset.r}` }), say("wrong.source", { source: each.inner.dataset.v || each.base }),
      say("wrong.evidence", { link: proof ? proof.href || line(proof) : "" }), say("wrong.says", { facts: line(one("summary", record)) }),
      say("wrong.tool", { tool: line(one("#tool")) }), "", say("wrong.instead"), "",
    ].join("\n");
  }

  // --- copying: the clipboard where the browser lets a file use it, else a text to take by hand
  const news = document.createElement("p");
  news.className = "vh";
  news.setAttribute("role", "status");
  one("main").append(news);
  function show(value, advice) {
    const box = document.createElement("dialog"), area = document.createElement("textarea");
    area.value = value;
    area.readOnly = true;
    area.setAttribute("aria-label", form("page.as_text"));
    if (advice) box.append(Object.assign(document.createElement("p"), { textContent: form(advice) }));
    box.append(area, button("page.copy.value", () => copy(area.value), ""), button("page.close", () => box.close(), ""));
    box.addEventListener("close", () => box.remove());
    document.body.append(box);
    box.showModal();
    area.select();
  }
  function copy(value) {
    const done = () => { news.textContent = ""; news.textContent = form("page.copied"); };
    if (!navigator.clipboard) return show(value);
    return navigator.clipboard.writeText(value).then(done, () => show(value));
  }
  for (const code of all("code[data-c]")) {
    const press = button("page.copy.value", () => copy(code.dataset.c || code.textContent));
    code.after(press);
  }

  // --- state lives in the address
  let state = new URLSearchParams();
  const night = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => ["light", "dark"].includes(state.get("theme")) ? state.get("theme") === "dark" : night.matches;
  const theme = () => { one("#theme").textContent = form(isDark() ? "page.theme.dark" : "page.theme.light"); };
  night.addEventListener("change", theme);
  function go(change, quietly) {
    const next = new URLSearchParams(state);
    for (const [name, value] of Object.entries(change)) value ? next.set(name, value) : next.delete(name);
    const hash = "#" + next;
    if (quietly) history.replaceState(null, "", hash); else location.hash = hash;
    read();  // now, not with the event: what is asked for next may depend on it
  }
  function read() {
    const hash = location.hash.slice(1), bare = hash && !hash.includes("=");
    if (bare && !byId.has(hash)) return;
    const next = bare ? new URLSearchParams(state) : new URLSearchParams(hash);
    if (bare) next.set("pkg", hash);
    const moved = next.get("sort") !== state.get("sort"), opened = next.get("pkg") !== state.get("pkg") || next.get("role") !== state.get("role");
    state = next;
    speak(state.get("lang") || served);
    root.dataset.theme = state.get("theme") || "";
    theme();
    if (moved) sort(state.get("sort"));
    const box = one("#q"), query = state.get("q") || "";
    if (box.value !== query) box.value = query;
    filter(state.get("show"), query);
    if (opened) {
      open(state.get("pkg"), state.get("role"));
      const each = byId.get(state.get("pkg"));
      if (each) { each.row.hidden = each.drawer.hidden = false; scrollBy(0, each.row.getBoundingClientRect().top - heads[0].offsetHeight); }
    }
  }
  document.addEventListener("click", event => {
    const pill = event.target.closest("tr.row .p");
    if (pill) { const cell = pill.closest("td"); go({ pkg: one("a.open", cell.parentNode).hash.slice(1), role: heads[cell.cellIndex].dataset.r }); return; }
    const row = event.target.closest("tr.row");
    if (row && !event.target.closest("a, button, summary, details") && !String(getSelection())) { one("a.open", row).click(); return; }
    const link = event.target.closest("a[href^='#']");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const target = link.hash.slice(1);
    if (target.startsWith("show=")) { event.preventDefault(); const token = target.slice(5); go({ show: token === "all" || (token === state.get("show") && link.className === "preset") ? null : token, pkg: null, role: null, ...(link.id === "reset" ? { q: null, sort: null } : {}) }); if (link.className !== "preset") one("#matrix").scrollIntoView(); return; }
    if (byId.has(target)) { event.preventDefault(); go({ pkg: state.get("pkg") === target && link.className === "open" ? null : target, role: null }); return; }
    const place = document.getElementById(target);
    if (place) { event.preventDefault(); place.scrollIntoView(); place.tabIndex = -1; place.focus({ preventScroll: true }); }
  });
  one("#q").addEventListener("input", event => go({ q: event.target.value }, true));
  one("#language").addEventListener("click", () => { const names = Object.keys(catalogs), next = names[(names.indexOf(language) + 1) % names.length]; go({ lang: next === served ? null : next }); });
  one("#theme").addEventListener("click", () => go({ theme: isDark() ? "light" : "dark" }));
  addEventListener("hashchange", read);
  addEventListener("beforeprint", () => rows.forEach(each => { dress(each); all("details", each.drawer).forEach(part => { part.open = true; }); }));
  rows.forEach(each => { each.link.setAttribute("role", "button"); each.link.setAttribute("aria-expanded", "false"); each.link.addEventListener("keydown", event => { if (event.key === " ") { event.preventDefault(); each.link.click(); } }); });
  const phone = matchMedia("(max-width: 700px)"), fold = () => all(".fold").forEach(part => { part.open = !phone.matches; });
  phone.addEventListener("change", fold);
  fold();  // so that a phone's first screen shows the first card
  filter(null, "");
  read();
})();
