import type { FieldValues, Path, UseFormReturn } from "react-hook-form";

import { type ApiProblem, toProblem } from "./api/problem";

/**
 * Puts each error of a problem at its field and returns the problem if something is left that belongs to no field
 * of the form (or nothing was named at all). The first of them gets the focus. `/persons/0/email` is the field
 * `persons.0.email` of a form that has a list of persons.
 */
export function showInFields<Values extends FieldValues>(
  error: unknown,
  form: Pick<UseFormReturn<Values>, "setError"> & Partial<Pick<UseFormReturn<Values>, "getValues">>,
  fields: readonly Path<Values>[],
): ApiProblem | null {
  const problem = toProblem(error);
  const pathOf = (pointer: string): Path<Values> | undefined => {
    const [root = "", ...rest] = pointer.slice(1).split("/");
    const field = fields.find((name) => name === root);
    if (!field) return undefined;
    if (!rest.length) return field;
    return Array.isArray(form.getValues?.(field)) ? ([root, ...rest].join(".") as Path<Values>) : undefined;
  };
  const named = problem.errors.flatMap(({ pointer, detail, code }) => {
    const path = pathOf(pointer);
    return path ? [{ path, detail, code }] : [];
  });
  named.forEach(({ path, detail, code }, index) => form.setError(path, { type: code, message: detail }, { shouldFocus: index === 0 }));
  return named.length > 0 && named.length === problem.errors.length ? null : problem;
}
