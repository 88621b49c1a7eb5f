// A chosen theme is worn before the first paint: a small script of its own, in the head, before the styles.
try {
  const { theme } = JSON.parse(localStorage.getItem("driftless.settings") ?? "{}");
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // no settings that can be read: the system's theme
}
