"use strict";
// What every page has: the switch between light and dark.
