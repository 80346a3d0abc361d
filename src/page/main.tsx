import './styles/index.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { openPage, PageContext } from './data/page.ts';
import { applyTheme, storedTheme } from './shell/theme.ts';

applyTheme(storedTheme());
// The service was updated and the chunks of this build are gone.
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
