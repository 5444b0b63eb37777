/**
 * The script of the page, as text: it shows the pictures of a heat map's cell, and lets arrow keys go from cell to cell.
 * Without it all cells can be reached by Tab, and all pictures stand in the list below.
 */
export const script = `
"use strict";
for (const map of document.querySelectorAll(".heat-map")) {
  const key = map.dataset.sheets;
  const gallery = [...document.querySelectorAll(".gallery")].find((one) => one.dataset.sheets === key);
  const peek = map.querySelector(".peek");
  const title = peek.querySelector(".peek-title");
  const pictures = peek.querySelector(".peek-pictures");
  const rows = [...map.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("button")]).filter((row) => row.length > 0);
  const buttons = rows.flat();
  const sheetOf = (name) => gallery && [...gallery.querySelectorAll("img")].find((image) => image.dataset.corruption === name);

  const rowOf = (label, image, row) => {
    const side = Number(gallery.dataset.side), gap = Number(gallery.dataset.gap), columns = Number(gallery.dataset.columns);
    const scale = Math.max(1, Math.round(60 / side));
    const line = document.createElement("div");
    line.className = "row";
    const name = document.createElement("small");
    name.textContent = label;
    const cells = document.createElement("div");
    line.append(name, cells);
    for (let column = 0; column < columns; column++) {
      const cell = document.createElement("i");
      const at = (place) => -(gap + place * (side + gap)) * scale + "px";
      cell.style.width = cell.style.height = side * scale + "px";
      cell.style.backgroundImage = 'url("' + image.src + '")';
      cell.style.backgroundSize = image.getAttribute("width") * scale + "px auto";
      cell.style.backgroundPosition = at(column) + " " + at(row);
      cells.append(cell);
    }
    return line;
  };

  let pressed;
  const show = (button) => {
    if (button === pressed) return;
    if (pressed) pressed.removeAttribute("aria-pressed");
    pressed = button;
    button.setAttribute("aria-pressed", "true");
    const { corruption, severity, detail } = button.dataset;
    title.textContent = button.getAttribute("aria-label") + " (" + detail + ")";
    pictures.replaceChildren();
    const image = sheetOf(corruption);
    if (!image) return;
    pictures.append(rowOf("clean", sheetOf("clean"), 0), rowOf("corrupted", image, severity - 1));
    if (peek.dataset.exact === "no") {
      const note = document.createElement("p");
      note.className = "small";
      note.textContent = "Made by Patina; those of the official files differ in their random draws.";
      pictures.append(note);
    }
  };

  const reach = (button) => {
    for (const one of buttons) one.tabIndex = one === button ? 0 : -1;
  };
  reach(buttons[0]);
  for (const [y, row] of rows.entries()) for (const [x, button] of row.entries()) {
    for (const kind of ["mouseenter", "focus", "click"]) button.addEventListener(kind, () => show(button));
    button.addEventListener("focus", () => reach(button));
    button.addEventListener("keydown", (event) => {
      const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
      const move = moves[event.key];
      const next = move && rows[y + move[0]] && rows[y + move[0]][x + move[1]];
      if (!move) return;
      event.preventDefault();
      if (next) next.focus();
    });
  }
  if (buttons.length > 0) show(buttons[0]);
}
`;
