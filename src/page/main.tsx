import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/list.css';
import './styles/review.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { applyTheme, storedTheme } from './hooks/useTheme.ts';
import { openPage, PageContext } from './state/page.ts';

// Else zod, which lazy parts bring along, tries whether it may make functions from text, and the page's policy reports it.
Reflect.set(globalThis, '__zod_globalConfig', { jitless: true });

applyTheme(storedTheme());
// A new build has other chunks: what this page would still load is gone.
addEventListener('vite:preloadError', () => {
  document.documentElement.dataset['outdated'] = '';
});

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <PageContext value={openPage()}>
      <App />
    </PageContext>
  </StrictMode>,
);
