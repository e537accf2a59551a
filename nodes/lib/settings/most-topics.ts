/** Of an app: the form of its page, all boxes ticked, stays far below the kilobyte that is read of it. */
export const mostTopics = 50;
