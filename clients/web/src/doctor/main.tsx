import { mount } from "../ui/mount";
import { Doctor } from "./doctor";
import "./worklist.css";
import "./record.css";
import "./paper.css";

void mount(Doctor, { kept: false });
