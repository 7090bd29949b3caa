import "../ui/sheet.css";
import "../ui/answer.css";
import "./patient.css";
import { mount } from "../ui/mount";
import { Patient } from "./patient";

void mount(Patient);
