import { useState } from 'react';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const STORED_AS = 'holdpoint.theme';

/** The theme chosen in this browser, or the system's. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(storedTheme);
  return [
    theme,
    (chosen) => {
      try {
        localStorage.setItem(STORED_AS, chosen);
      } catch {}
      applyTheme(chosen);
      setTheme(chosen);
    },
  ];
}

export function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(STORED_AS);
    return themes.find((theme) => theme === stored) ?? 'system';
  } catch {
    return 'system';
  }
}

export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}
