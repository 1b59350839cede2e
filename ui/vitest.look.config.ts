import { defineConfig } from "vitest/config";

export default defineConfig({ test: { environment: "node", include: ["tests/look/look.ts"], fileParallelism: false, hookTimeout: 30_000 } });
