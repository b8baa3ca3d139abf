import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

/** Ledger green: the one accent. Everything else is grey, so that figures and states stand out. */
const ledger: MantineColorsTuple = ["#e9f6f2", "#d3eae3", "#a6d6c8", "#74bfab", "#46a68d", "#24907a", "#137c68", "#0f6b5f", "#0c574d", "#08433b"];
const grey: MantineColorsTuple = ["#f7f8f8", "#f0f2f2", "#e5e8e8", "#d5dada", "#b4bbbc", "#8c9597", "#697275", "#4c5457", "#303639", "#1a1e20"];
const dark: MantineColorsTuple = ["#dfe3e4", "#b5bcbe", "#929b9e", "#687174", "#3a4145", "#2a3033", "#1f2427", "#14181a", "#0f1214", "#0b0d0e"];

const red: MantineColorsTuple = ["#fef3f2", "#fde4e1", "#fbcdc8", "#f7a9a1", "#ef7a70", "#e0493d", "#cc3226", "#b42318", "#921f16", "#781d16"];

export const theme = createTheme({
  primaryColor: "ledger",
  primaryShade: { light: 7, dark: 6 },
  colors: { ledger, gray: grey, dark, red },
  fontFamily: "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Helvetica Neue', Arial, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', Menlo, Consolas, 'Liberation Mono', monospace",
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "19px" },
  lineHeights: { sm: "1.4", md: "1.5" },
  headings: { fontWeight: "600", sizes: { h1: { fontSize: "20px", lineHeight: "1.3" }, h2: { fontSize: "15px", lineHeight: "1.4" }, h3: { fontSize: "14px", lineHeight: "1.4" } } },
  defaultRadius: "sm",
  radius: { xs: "3px", sm: "6px", md: "8px", lg: "12px" },
  focusRing: "auto",
  respectReducedMotion: true,
  cursorType: "pointer",
  components: {
    Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.45 }, transitionProps: { duration: 120, transition: "fade" } } },
    // The placeholder that takes the focus first is no item of a menu; without it the first item does.
    Menu: { defaultProps: { shadow: "md", withInitialFocusPlaceholder: false, transitionProps: { duration: 80 } } },
    Button: { defaultProps: { size: "sm" } },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray" } },
    Select: { defaultProps: { checkIconPosition: "right", maxDropdownHeight: 280 } },
  },
});

/** Names for the surfaces and lines that Mantine has no variable for. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-body": "#ffffff",
    "--mantine-color-dimmed": "#5b6467",
    "--mantine-color-placeholder": "#697275",
    "--mantine-color-anchor": "#0f6b5f",
    "--mantine-color-error": "#b42318",
    "--mantine-color-red-light-color": "#a3201a",
    "--mantine-color-yellow-light": "#fdf1d0",
    "--mantine-color-yellow-light-color": "#754c00",
    "--mantine-color-gray-light-color": "#4c5457",
    "--mantine-color-ledger-light-color": "#0c574d",
    "--surface-page": "#f7f8f8",
    "--surface-raised": "#ffffff",
    "--surface-subtle": "#f4f6f6",
    "--surface-hover": "#f0f3f2",
    "--surface-selected": "#e3f0ec",
    "--line": "#e3e7e7",
    "--line-strong": "#cdd3d3",
    "--text-strong": "#15191b",
    "--accent-text": "#0c574d",
  },
  dark: {
    "--mantine-color-body": "#171b1d",
    "--mantine-color-text": "#dfe3e4",
    "--mantine-color-dimmed": "#98a2a5",
    "--mantine-color-placeholder": "#858f92",
    "--mantine-color-anchor": "#62bfa9",
    "--mantine-color-error": "#f58a80",
    "--mantine-color-red-light-color": "#f79c93",
    "--mantine-color-yellow-light": "#362a0c",
    "--mantine-color-yellow-light-color": "#f2cd74",
    "--mantine-color-gray-light-color": "#b5bcbe",
    "--mantine-color-ledger-light-color": "#74cbb6",
    "--surface-page": "#111416",
    "--surface-raised": "#171b1d",
    "--surface-subtle": "#1b2022",
    "--surface-hover": "#202628",
    "--surface-selected": "#17332d",
    "--line": "#272d30",
    "--line-strong": "#394144",
    "--text-strong": "#f0f3f3",
    "--accent-text": "#74cbb6",
  },
});
