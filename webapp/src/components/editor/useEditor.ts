import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useBlocker } from "@tanstack/react-router";
import { type KeyboardEvent, type SyntheticEvent, useEffect, useRef, useState } from "react";

import { searchesDone } from "@/lib/api/contacts";
import { ApiProblem, type FieldProblem, toProblem } from "@/lib/api/problem";
import { useOrganization } from "@/lib/organization";
import { useSession } from "@/lib/session";

import { besideOf, forget, keep, keyOf, readOldest } from "./keptWork";

/** By the place of the field: `date`, `lines.<key>.price`. */
export type Errors = Readonly<Record<string, string | undefined>>;

/** Draft: keep it without consequences. Final: issue, publish, post. */
export type Wish = "draft" | "final";

interface Options<Values, Saved> {
  /** Of this piece of work among all: what is typed is kept under it. */
  work: string;
  initial: Values;
  /** What can be seen wrong from here, by place. */
  check: (values: Values, wish: Wish) => Record<string, string>;
  /** `isOver`: over what somebody else changed meanwhile. */
  send: (values: Values, wish: Wish, isOver: boolean) => Promise<Saved>;
  onSaved: (saved: Saved, wish: Wish) => void | Promise<void>;
  /** The place of what a JSON pointer into the sent body names; none: it is told above the form. */
  place: (error: FieldProblem, values: Values) => string | undefined;
  mayFinish: boolean;
  /** Before it is read: questions that are under way fill fields. */
  settle?: () => Promise<unknown>;
}

const PAUSE = 800; // before what was typed is kept, in milliseconds

/**
 * The one way things are edited here: what is typed, whether it is saved, errors at their fields, somebody else's change
 * in between, leaving, and the keys that save (Ctrl+S) and finish (Ctrl+Enter).
 */
export function useEditor<Values, Saved>({ work, initial, check, send, onSaved, place, mayFinish, settle }: Options<Values, Saved>) {
  const client = useQueryClient();
  const { id: organization } = useOrganization();
  const session = useSession();
  const keptUnder = keyOf("user" in session ? session.user.id : "", organization, work);

  const [values, setValues] = useState(initial);
  const [isDirty, setDirty] = useState(false);
  const [errors, setErrors] = useState<Errors>({});
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [conflict, setConflict] = useState<Wish | null>(null);
  const [kept, setKept] = useState(() => readOldest<Values>(keptUnder));
  // While earlier work is offered and not yet taken or dropped, what is typed now is kept beside it: neither is lost.
  const keptNow = kept ? besideOf(keptUnder) : keptUnder;
  const isLeaving = useRef(false);
  const form = useRef<HTMLFormElement>(null);
  const lastFocus = useRef<Element | null>(null);

  useEffect(() => {
    if (!isDirty) return;
    const timer = setTimeout(() => keep(keptNow, values), PAUSE);
    return () => clearTimeout(timer);
  }, [isDirty, values, keptNow]);

  const blocker = useBlocker({ shouldBlockFn: () => isDirty && !isLeaving.current, enableBeforeUnload: () => isDirty && !isLeaving.current, withResolver: true });

  /** After a refusal the person goes on at the first wrong field, or where they were. */
  const goToFault = () =>
    setTimeout(() => {
      const wrong = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]') ?? lastFocus.current;
      if (wrong instanceof HTMLElement) wrong.focus();
    });

  const change = (next: (now: Values) => Values, ...places: string[]) => {
    setDirty(true);
    setValues(next);
    if (places.length) setErrors((now) => (places.some((one) => now[one]) ? { ...now, ...Object.fromEntries(places.map((one) => [one, undefined])) } : now));
  };

  const refuse = (error: unknown, wish: Wish) => {
    const told = toProblem(error);
    if (told.status === 412) {
      setConflict(wish);
      goToFault();
      return;
    }
    const placed: Record<string, string> = {};
    const left: FieldProblem[] = [];
    for (const one of told.errors) {
      const where = place(one, values);
      if (where) placed[where] = one.detail;
      else left.push(one);
    }
    setErrors(placed);
    const isPlaced = told.errors.length > 0 && !left.length;
    setProblem(isPlaced ? null : new ApiProblem({ code: told.code, status: told.status, title: told.title, detail: told.detail, errors: left, request_id: told.requestId }));
    goToFault();
  };

  const saving = useMutation({
    mutationFn: ({ wish, isOver }: { wish: Wish; isOver: boolean }) => send(values, wish, isOver),
    onSuccess: async (saved, { wish }) => {
      isLeaving.current = true;
      setDirty(false);
      forget(keptNow);
      await onSaved(saved, wish);
    },
    onError: (error, { wish }) => refuse(error, wish),
  });

  const save = (wish: Wish, isOver = false) => {
    if (saving.isPending || (wish === "final" && !mayFinish)) return;
    const found = check(values, wish);
    setErrors(found);
    setProblem(null);
    setConflict(null);
    if (Object.keys(found).length) goToFault();
    else saving.mutate({ wish, isOver });
  };
  const latest = useRef(save);
  useEffect(() => {
    latest.current = save;
  });

  /** The field that has the focus hands over what was typed first: what is saved is what is seen. */
  const start = async (wish: Wish, isOver = false) => {
    await searchesDone(client);
    await settle?.();
    setTimeout(() => (form.current?.querySelector("[data-unknown]") ? goToFault() : latest.current(wish, isOver)));
  };

  /** Dialogs that fields open (somebody new, a new item) hang on the form in React only: theirs is none of its business. */
  const isInside = (event: SyntheticEvent) => form.current?.contains(event.target as Node) ?? false;

  const onKeyDown = (event: KeyboardEvent) => {
    if (!isInside(event)) return;
    if (!event.ctrlKey && !event.metaKey) return;
    const wish = event.key === "Enter" ? "final" : event.key.toLowerCase() === "s" ? "draft" : null;
    if (!wish) return;
    event.preventDefault();
    event.stopPropagation();
    lastFocus.current = document.activeElement;
    (document.activeElement as HTMLElement | null)?.blur();
    void start(wish);
  };

  return {
    values,
    change,
    errors,
    problem,
    isDirty,
    /** What somebody wanted when it turned out that another one had changed it. */
    conflict,
    saving: saving.isPending ? saving.variables.wish : null,
    save: (wish: Wish) => void start(wish),
    saveOver: () => void start(conflict ?? "draft", true),
    /** Shows what a request beside saving was refused for. */
    refuse: (error: unknown) => refuse(error, "draft"),
    kept,
    takeKept: () => {
      if (!kept) return;
      if (isDirty) forget(keptNow);
      setValues(kept.values);
      setDirty(true);
      setKept(null);
    },
    dropKept: () => {
      forget(keptUnder);
      if (isDirty) forget(keptNow);
      setKept(isDirty ? null : readOldest<Values>(keptUnder));
    },
    /** Leaves without being asked, as after deleting. */
    letGo: () => {
      isLeaving.current = true;
      forget(keptNow);
    },
    form: {
      ref: form,
      onKeyDown,
      onSubmit: (event: SyntheticEvent) => {
        if (!isInside(event)) return;
        event.preventDefault();
        void start("draft");
      },
    },
    leaving: {
      isAsked: blocker.status === "blocked",
      stay: () => blocker.reset?.(),
      go: () => {
        forget(keptUnder);
        blocker.proceed?.();
      },
    },
  };
}

export type Editor<Values> = Omit<ReturnType<typeof useEditor<Values, unknown>>, "values" | "change"> & {
  values: Values;
  change: (next: (now: Values) => Values, ...places: string[]) => void;
};
