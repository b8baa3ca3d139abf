export function ImportsExportsPage() {
  return null;
}
