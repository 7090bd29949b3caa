import "../ui/sheet.css";
import "../ui/answer.css";
import "./kiosk.css";
import "./slip.css";
import { mount } from "../ui/mount";
import { Kiosk } from "./kiosk";

document.documentElement.classList.add("kiosk");
void mount(Kiosk, { kept: false });
