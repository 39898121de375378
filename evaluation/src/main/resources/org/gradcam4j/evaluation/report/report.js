"use strict";
// Everything is there without this: it only filters, sorts and sizes galleries, and unfolds for printing.
for (const gallery of document.querySelectorAll(".gallery")) {
  const form = gallery.querySelector("form");
  const list = gallery.querySelector(".cards");
  const cards = Array.from(list.children).map((element, place) => {
    const details = new Map();
    for (const row of element.querySelectorAll(".facts div")) {
      details.set(row.querySelector("dt").textContent, row.querySelector("dd").textContent.trim());
    }
    const said = Array.from(element.querySelectorAll(".remark"), (p) => p.textContent);
    const words = [element.firstElementChild.textContent, ...details.values(), ...said].join(" ").toLowerCase();
    return { element, place, details, words };
  });
  const order = new Intl.Collator("en", { numeric: true });
  const compare = (a, b) => {
    const x = Number.parseFloat(a);
    const y = Number.parseFloat(b);
    return Number.isNaN(x) || Number.isNaN(y) ? order.compare(a, b) : x - y;
  };
  const update = () => {
    const wanted = form.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const card of cards) {
      card.element.hidden = !wanted.every((word) => card.words.includes(word));
      shown += card.element.hidden ? 0 : 1;
    }
    const by = form.sort.value;
    const way = form.down.checked ? -1 : 1;
    const value = (card) => card.details.get(by) ?? "";
    const sorted = cards.slice().sort((a, b) => way * (by ? compare(value(a), value(b)) : a.place - b.place) || a.place - b.place);
    list.append(...sorted.map((card) => card.element));
    gallery.style.setProperty("--size", form.size.value + "px");
    form.querySelector("output").textContent = shown + " of " + cards.length + " images";
  };
  form.addEventListener("input", update);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  update();
}
let unfolded = [];
window.addEventListener("beforeprint", () => {
  unfolded = Array.from(document.querySelectorAll("details:not([open])"));
  unfolded.forEach((details) => { details.open = true; });
  document.querySelectorAll("img[loading=lazy]").forEach((image) => { image.loading = "eager"; });
});
window.addEventListener("afterprint", () => {
  unfolded.forEach((details) => { details.open = false; });
});
