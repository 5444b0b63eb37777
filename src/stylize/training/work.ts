/** What all parts of training a stylizer have at hand. */
import type { DataSet } from "../../data/picture-set.ts";
import type { DataSettings } from "../../data/progress.ts";
import type { TrainingFolder } from "./folder.ts";
import type { StylizerTrainingOptions } from "./options.ts";
import type { ContentPictures, StylePictures } from "./pictures.ts";

export interface Work {
  readonly folder: TrainingFolder;
  readonly options: StylizerTrainingOptions;
  readonly dataSets: readonly DataSet[];
  readonly content: ContentPictures;
  readonly styles: StylePictures;
  readonly settings: DataSettings;
}
