export function NumberingPage() {
  return null;
}
