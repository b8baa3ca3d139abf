import classes from "./Logo.module.css";

export function Logo() {
  return (
    <span className={classes.logo}>
      <svg viewBox="0 0 32 32" width="24" height="24" aria-hidden>
        <rect width="32" height="32" rx="7" fill="#0f6b5f" />
        <path d="M9 7v18h14" fill="none" stroke="#fff" strokeWidth="3" strokeLinecap="round" strokeLinejoin="round" />
        <path d="M15 11h8M15 17h8" fill="none" stroke="#9fd8ca" strokeWidth="2.5" strokeLinecap="round" />
      </svg>
      <span>Ledger</span>
    </span>
  );
}
