import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

const service = "http://127.0.0.1:8470";

export default defineConfig({
  plugins: [svelte()],
  // The page is served under a policy that allows no inline script or style and no data: addresses of scripts.
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { proxy: { "/api": { target: service, ws: true } } },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
