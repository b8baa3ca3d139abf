import type { FieldValues, Path, UseFormReturn } from "react-hook-form";

import { type ApiProblem, toProblem } from "./api/problem";

/**
 * Puts each error of a problem at its field and returns the problem if something is left that belongs to no field
 * of the form (or nothing was named at all).
 */
export function showInFields<Values extends FieldValues>(
  error: unknown,
  form: Pick<UseFormReturn<Values>, "setError">,
  fields: readonly Path<Values>[],
): ApiProblem | null {
  const problem = toProblem(error);
  const named = problem.errors.filter(({ pointer }) => fields.includes(pointer.slice(1) as Path<Values>));
  named.forEach(({ pointer, detail, code }) => form.setError(pointer.slice(1) as Path<Values>, { type: code, message: detail }));
  return named.length > 0 && named.length === problem.errors.length ? null : problem;
}
