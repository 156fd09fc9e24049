/* Before and after: a border that is moved over two pictures, by pointer or by key. */

for (const figure of document.querySelectorAll("[data-slider]")) {
  const [place, control] = [figure.querySelector(".slider"), figure.querySelector("[data-slider-control]")];
  const range = control.querySelector("input");
  const move = () => place.style.setProperty("--border", `${range.value}%`);
  range.addEventListener("input", move);
  control.hidden = false;
  place.classList.add("moves");
  move();
}
