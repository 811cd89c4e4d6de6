// JupyterLab takes arrows, Enter and letters for its own commands wherever no text is typed, in lists
// and boxes too. Within a panel they are for the control in focus, which has to say so itself.
function keepKeys(el) {
  const panel = el.closest(".analytics-explorer");
  if (!panel) {
    requestAnimationFrame(() => keepKeys(el)); // not on the page yet
    return;
  }
  panel.addEventListener("focusin", (event) => {
    event.target.setAttribute("data-lm-suppress-shortcuts", "true");
  });
}

function render({ model, el }) {
  el.classList.add("analytics-code");
  el.innerHTML = `<button type="button" class="jupyter-button">Copy the code that makes this</button>
    <span role="status"></span>
    <textarea readonly spellcheck="false" aria-label="The code that makes this"></textarea>`;
  const [button, said, text] = el.children;
  const show = () => {
    text.value = model.get("code");
    text.rows = text.value.split("\n").length;
    said.textContent = "";
  };
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.value);
      said.textContent = "Copied.";
    } catch {
      // A page that is not served securely may not write to the clipboard.
      text.select();
      said.textContent = "It is selected: press Ctrl+C.";
    }
  });
  model.on("change:code", show);
  show();
  keepKeys(el);
}
export default { render };
