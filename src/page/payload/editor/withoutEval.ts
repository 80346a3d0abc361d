import { z } from 'zod';

// To be imported before any schema: zod would try to compile them, which the page's policy forbids and reports.
z.config({ jitless: true });
