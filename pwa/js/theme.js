// Applies the chosen theme before the first paint: a small script of its own, in the head, before the styles.
try {
  const { theme } = JSON.parse(localStorage.getItem("driftless.settings") ?? "{}");
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // the settings cannot be read: use the system's theme
}
