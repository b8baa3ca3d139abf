import { Loader, Modal, Text, VisuallyHidden } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useNavigate, useRouter } from "@tanstack/react-router";
import { ArrowRight, BookOpenText, Clock, FileText, ListTree, Package, Plus, Search, UserRound, Wallet, Zap } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { DocumentState } from "@/components/documents/DocumentState";
import { ProblemAlert } from "@/components/ProblemAlert";
import { StatusBadge } from "@/components/StatusBadge";
import { PAYMENT_KINDS } from "@/lib/kinds";

import classes from "./CommandPalette.module.css";
import type { Option } from "./options";
import { useOptions } from "./useOptions";

const PAUSE_MS = 140; // of typing, before the server is asked

/** One field for everything: what was looked at, what can be found, where one can go, what can be begun. */
export function CommandPalette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("shell");
  const [typed, setTyped] = useState("");
  const [asked] = useDebouncedValue(typed.trim(), PAUSE_MS);
  const { options, isSearching, failure } = useOptions(typed, asked);
  const [at, setAt] = useState(0);
  const active = Math.min(at, options.length - 1);
  const list = useRef<HTMLDivElement>(null);
  const listId = useId();
  const { choose, hasLeft } = useChoice(onClose);

  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [active, typed]);

  const onKey = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + 8, PageUp: active - 8 };
    const next = steps[event.key];
    if (next !== undefined) {
      event.preventDefault();
      setAt(event.key.startsWith("Arrow") ? (next + options.length) % Math.max(options.length, 1) : Math.max(0, Math.min(next, options.length - 1)));
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      event.preventDefault();
      const option = options[active];
      if (option) choose(option);
    }
  };

  return (
    <Modal opened onClose={onClose} withCloseButton={false} centered={false} yOffset="9vh" size={640} padding={0} returnFocus={!hasLeft} aria-label={t("palette.title")}>
      <div className={classes.field}>
        <Search size={18} aria-hidden />
        <input
          className={classes.input}
          role="combobox"
          aria-expanded
          aria-controls={listId}
          aria-activedescendant={options[active] ? `${listId}-${active}` : undefined}
          aria-label={t("palette.title")}
          aria-autocomplete="list"
          placeholder={t("palette.placeholder")}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={onKey}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
        {isSearching && <Loader size={16} aria-hidden />}
      </div>
      {Boolean(failure) && <ProblemAlert error={failure} />}
      <div id={listId} ref={list} role="listbox" aria-label={t("palette.results")} className={classes.list}>
        {options.map((option, index) => (
          <Line
            key={option.id}
            id={`${listId}-${index}`}
            option={option}
            heading={option.group !== options[index - 1]?.group}
            isActive={index === active}
            onHover={() => setAt(index)}
            onChoose={() => choose(option)}
          />
        ))}
        {!options.length && !isSearching && (
          <Text size="sm" c="dimmed" p="md">
            {t("palette.nothing", { words: typed.trim() })}
          </Text>
        )}
      </div>
      <VisuallyHidden role="status">{isSearching ? "" : t("palette.count", { count: options.length })}</VisuallyHidden>
      <div className={classes.foot} aria-hidden>
        <span>
          <kbd>↑</kbd> <kbd>↓</kbd> {t("palette.move")}
        </span>
        <span>
          <kbd>Enter</kbd> {t("palette.open")}
        </span>
        <span>
          <kbd>Esc</kbd> {t("palette.close")}
        </span>
      </div>
    </Modal>
  );
}

/** Goes there or does it; who has left for another page begins at that page and not where the palette was opened. */
function useChoice(onClose: () => void) {
  const navigate = useNavigate();
  const router = useRouter();
  const [hasLeft, setLeft] = useState(false);
  const choose = ({ run, place, href }: Option) => {
    setLeft(Boolean(place ?? href));
    onClose();
    if (place) void navigate(place);
    else if (href) router.history.push(href);
    run?.();
  };
  return { choose, hasLeft };
}

interface LineProps {
  id: string;
  option: Option;
  heading: boolean;
  isActive: boolean;
  onHover: () => void;
  onChoose: () => void;
}

function Line({ id, option, heading, isActive, onHover, onChoose }: LineProps) {
  const { t } = useTranslation("shell");
  const { group, title, detail, aside, amount, state, icon } = option;
  return (
    <>
      {heading && (
        <div className={classes.heading} role="presentation">
          {t(`palette.group.${group}`)}
        </div>
      )}
      {/* The field has the keys; the pointer is all that comes here. */}
      <div id={id} role="option" aria-selected={isActive} className={classes.option} onMouseMove={onHover} onClick={onChoose}>
        <Icon of={icon} />
        <span className={classes.words}>
          <span className={classes.title}>{title}</span>
          {detail && <span className={classes.detail}>{detail}</span>}
        </span>
        {state && (state === "inactive" ? <StatusBadge tone="neutral">{t("palette.inactive")}</StatusBadge> : <DocumentState state={state} />)}
        {amount && (
          <span className={classes.amount}>
            <small>{amount.currency}</small> <Amount value={amount.value} />
          </span>
        )}
        {aside && <span className={group === "found" ? classes.date : classes.keys}>{aside}</span>}
      </div>
    </>
  );
}

const ICONS: Record<string, typeof Plus> = { recent: Clock, create: Plus, go: ArrowRight, do: Zap, contact: UserRound, item: Package, account: ListTree, manual_journal: BookOpenText, journal_entry: BookOpenText };

function Icon({ of }: { of: string }) {
  const Shown = ICONS[of] ?? (PAYMENT_KINDS.some(({ value }) => value === of) ? Wallet : FileText);
  return <Shown size={16} strokeWidth={1.8} aria-hidden className={classes.icon} data-directional={of === "go" || undefined} />;
}
