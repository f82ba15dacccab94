import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import './globals.css';

export const metadata: Metadata = {
  title: 'Notes',
  description: 'Write, find and pin short notes.',
};

export const viewport: Viewport = { colorScheme: 'light dark' };

// The page carries a nonce of its own at every request (see proxy.ts), so it is never prerendered.
export const dynamic = 'force-dynamic';

export default function RootLayout({ children }: { readonly children: ReactNode }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
