/** What every classifier is made for. */

/** Pictures and classes of a classifier. */
export interface ClassifierShape {
  /** Height and width of the pictures, in pixels. */
  size: number;
  channels: 1 | 3;
  classes: number;
}
