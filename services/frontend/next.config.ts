import type { NextConfig } from 'next';

const config: NextConfig = {
  output: 'standalone',
  reactStrictMode: true,
  poweredByHeader: false,
  // The proxy in front compresses; doing it twice costs CPU for nothing.
  compress: false,
  // There are no images to optimise, so the optimiser's native library stays out of the release image.
  images: { unoptimized: true },
  outputFileTracingExcludes: { '*': ['node_modules/sharp/**', 'node_modules/@img/**'] },
  // Without these, Next looks for a lock file further up and may take the repository for the project.
  outputFileTracingRoot: import.meta.dirname,
  turbopack: { root: import.meta.dirname },
  // The release container's file system is read-only.
  experimental: { isrFlushToDisk: false },
};

export default config;
