import { mount } from "../ui/mount";
import { Manage } from "./manage";
import "./manage.css";

void mount(Manage, { kept: false });
