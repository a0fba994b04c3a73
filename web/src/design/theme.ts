import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from "@mantine/core";

const accent: MantineColorsTuple = [
  "#ecedfb",
  "#d8daf6",
  "#b4b9ff",
  "#a5abff",
  "#7c82e6",
  "#5c61d6",
  "#4549b5",
  "#373b9c",
  "#2d3182",
  "#222566",
];

/** Mantine derives its dark surfaces from this; the same slate as ours. */
const slate: MantineColorsTuple = [
  "#e7eaf0",
  "#b0b9c6",
  "#8f99a8",
  "#5b6575",
  "#3c4553",
  "#262c36",
  "#1b1f27",
  "#14171d",
  "#0f1216",
  "#0b0d11",
];

/** Text on a filled button is ours: our accent is light in the dark theme. */
const onAccent: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input);
  return input.variant === "filled" ? { ...colors, color: "var(--on-accent)" } : colors;
};

/** Mantine's theme: sizes and the accent. Colours proper live in tokens.css; {@link cssVariables} binds them. */
export const theme = createTheme({
  fontFamily: "var(--font)",
  fontFamilyMonospace: "var(--font-mono)",
  fontSizes: {
    xs: "var(--text-s)",
    sm: "var(--text-m)",
    md: "var(--text-m)",
    lg: "var(--text-l)",
    xl: "var(--text-xl)",
  },
  colors: { accent, dark: slate },
  primaryColor: "accent",
  primaryShade: { light: 6, dark: 3 },
  variantColorResolver: onAccent,
  defaultRadius: "md",
  radius: { md: "6px", lg: "10px" },
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: "xs", radius: "md" } },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray", size: 28 } },
    TextInput: { defaultProps: { size: "sm" } },
    Textarea: { defaultProps: { size: "sm" } },
    Select: { defaultProps: { size: "sm", allowDeselect: true, clearButtonProps: { "aria-label": "Clear" } } },
    DateInput: { defaultProps: { clearButtonProps: { "aria-label": "Clear the date" } } },
    Modal: { defaultProps: { radius: "lg", centered: true, transitionProps: { duration: 100 } } },
    Drawer: { defaultProps: { transitionProps: { duration: 120 } } },
    Menu: { defaultProps: { shadow: "none", transitionProps: { duration: 80 } } },
    Popover: { defaultProps: { shadow: "none", transitionProps: { duration: 80 } } },
    Tooltip: { defaultProps: { openDelay: 350, transitionProps: { duration: 80 } } },
  },
});

const bound = {
  "--mantine-color-body": "var(--paper)",
  "--mantine-color-text": "var(--ink)",
  "--mantine-color-dimmed": "var(--ink-3)",
  "--mantine-color-anchor": "var(--accent)",
  "--mantine-color-placeholder": "var(--ink-3)",
  "--mantine-color-default": "var(--paper)",
  "--mantine-color-default-hover": "var(--ground)",
  "--mantine-color-default-color": "var(--ink)",
  "--mantine-color-default-border": "var(--line-strong)",
  "--mantine-color-error": "var(--fail)",
  "--mantine-color-gray-light-color": "var(--ink-2)",
  "--mantine-color-gray-light-hover": "var(--neutral-soft)",
  "--mantine-color-accent-filled": "var(--accent)",
  "--mantine-color-accent-filled-hover": "var(--accent-strong)",
  "--mantine-color-red-filled": "var(--fail)",
  "--mantine-color-red-filled-hover": "var(--fail)",
  "--mantine-primary-color-contrast": "var(--on-accent)",
  "--mantine-color-disabled": "var(--ground)",
  "--mantine-color-disabled-color": "var(--ink-3)",
  "--mantine-color-disabled-border": "var(--line)",
};

/** Binds Mantine's semantic variables to our tokens, the same way in both themes. */
export const cssVariables: CSSVariablesResolver = () => ({ variables: {}, light: bound, dark: bound });
