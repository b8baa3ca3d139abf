export function RevaluationsPage() {
  return null;
}
