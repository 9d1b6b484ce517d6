/** The ways in which something can stand; each has a colour, a shape and words. */

/** calm: as it should be. attention: somebody should look. alarm: somebody must act. unseen: nobody can tell.
 * pending: its time has not come yet, or it was not made known yet. */
export type State = "calm" | "attention" | "alarm" | "unseen" | "pending";
