// Keys for people who work here all day: the links of the list "Keyboard shortcuts" are what they do. This is no
// island, because most pages have none, and 60 kB of WebAssembly would be much for a few keys.
//
// Keys of a single character work outside of fields only, and can be switched off (WCAG 2.1.4). No key works while a
// password is shown: whoever leaves that page does not see it again.

const OFF = "keys-off";
const dialog = document.getElementById("keys");
const opener = document.getElementById("keys-open");
const choice = document.getElementById("keys-on");

/** What the browser remembers; in a browser that remembers nothing the keys are on. */
function remembered() {
  try {
    return localStorage.getItem(OFF) === null;
  } catch {
    return true;
  }
}

function remember(isOn) {
  try {
    if (isOn) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "");
  } catch {
    // Then it holds for this page.
  }
}

function press(key) {
  if (key === "?") dialog.showModal();
  const link = dialog.querySelector(`[data-key="${CSS.escape(key)}"]`);
  link?.click();
  return key === "?" || link !== null;
}

if (dialog && opener && choice) {
  opener.hidden = false;
  choice.checked = remembered();
  opener.addEventListener("click", () => dialog.showModal());
  choice.addEventListener("change", () => remember(choice.checked));

  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.repeat || document.querySelector(".secret__value")) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const button = document.querySelector("#onboarding-form button.button[value=continue]");
      if (button) event.preventDefault();
      button?.click();
    } else if (!event.ctrlKey && !event.metaKey && !event.altKey && choice.checked) {
      const isTaken = event.target.closest("input, select, textarea, dialog, [role=listbox]");
      if (!isTaken && press(event.key.toLowerCase())) event.preventDefault();
    }
  });
}

// An exact time that is in the way goes with Escape, until the pointer or the focus is somewhere else (WCAG 1.4.13).
const page = document.documentElement;
addEventListener("keydown", (event) => event.key === "Escape" && page.setAttribute("data-tips-off", ""));
for (const event of ["focusin", "pointerover"]) addEventListener(event, () => page.removeAttribute("data-tips-off"));
