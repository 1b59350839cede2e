import { afterEach } from "vitest";

import { hideTooltip } from "../src/kit/tooltip";

afterEach(() => hideTooltip());
