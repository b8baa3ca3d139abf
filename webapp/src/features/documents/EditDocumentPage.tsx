export function EditDocumentPage() {
  return null;
}
