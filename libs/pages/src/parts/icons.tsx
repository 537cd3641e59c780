export function Tick() {
  return (
    <svg viewBox="0 0 18 18" aria-hidden="true" focusable="false">
      <path d="M3.5 9.5 7.5 13.5 14.5 5" />
    </svg>
  );
}

export function Cross() {
  return (
    <svg viewBox="0 0 18 18" aria-hidden="true" focusable="false">
      <path d="M5 5 13 13M13 5 5 13" />
    </svg>
  );
}
