import "./styles/tokens.css";
import "./styles/base.css";

import { mount } from "svelte";

import App from "./App.svelte";
import { preferences } from "./lib/preferences.svelte";
import { router } from "./lib/router.svelte";

preferences.load();
router.start();

const target = document.getElementById("page");
if (target === null) throw new Error("index.html has no element with the id 'page'");
mount(App, { target });
