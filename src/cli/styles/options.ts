/** What both commands on banks take. */
import { z } from "zod";

export const stylizerFile = z.string().default("own").describe('the stylizer that is to use them: "own", or its file');
export const bankFile = z.string().describe("file to write (.safetensors); must not be there yet");
