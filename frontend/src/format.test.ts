import { expect, test } from "vitest";
import { ether, percent, short } from "./format";

test("amounts are written without loss", () => {
  expect(ether("50000000000000000")).toBe("0.05");
  expect(ether("1")).toBe("0.000000000000000001");
  expect(ether(10n ** 18n)).toBe("1.00");
});

test("shares and addresses read as people write them", () => {
  expect(percent(4150)).toBe("41.5\u00a0%");
  expect(short("0x90F8bf6A479f320ead074411a4B0e7944Ea8c9C1")).toBe("0x90F8…c9C1");
});
