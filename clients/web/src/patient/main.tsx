import { mount } from "../ui/mount";
import { AiLabel, Mark } from "../ui/parts";

void mount(() => <main class="loading"><Mark /> <AiLabel /></main>);
